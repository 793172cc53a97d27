package dev.onchange.engine;

import dev.onchange.engine.cluster.ClusterView;
import dev.onchange.engine.cluster.Member;
import dev.onchange.status.ListenerEvent;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/** Tells who joins the cluster and who is gone. */
final class ClusterEvents {

    private final Consumer<ListenerEvent> tell;
    private final Map<ObjectId, Member.State> known = new HashMap<>();
    private final Set<ObjectId> own = new HashSet<>();
    private final SameProcess sameProcess = new SameProcess();

    ClusterEvents(Consumer<ListenerEvent> tell) {
        this.tell = tell;
    }

    /** @param me this instance; null while it is no member */
    void seen(ClusterView view, @Nullable ObjectId me) {
        if (me != null) {
            own.add(me);
        }
        view.members().values().forEach(member -> {
            Member.State before = known.put(member.id(), member.state());
            if (!own.contains(member.id()) && before != member.state()) {
                tell(before, member);
            }
        });
        known.keySet().retainAll(view.members().keySet());
        Member joined = me == null ? null : view.members().get(me);
        if (joined != null) {
            sameProcess.look(view, joined);
        }
    }

    private void tell(Member.@Nullable State before, Member member) {
        String host = member.info().host();
        long pid = member.info().process().pid();
        if (before == null && member.state() == Member.State.ALIVE) {
            tell.accept(new ListenerEvent.MemberJoined(member.info().name(), host, pid));
        } else if (before == null || before == Member.State.DEAD || before == Member.State.ENDED) {
            return;
        }
        if (member.state() == Member.State.DEAD) {
            tell.accept(new ListenerEvent.MemberDied(member.info().name(), host, pid));
        } else if (member.state() == Member.State.ENDED) {
            tell.accept(new ListenerEvent.MemberLeft(member.info().name(), host, pid));
        }
    }
}
