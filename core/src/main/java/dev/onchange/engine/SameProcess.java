package dev.onchange.engine;

import dev.onchange.ChangeListeners;
import dev.onchange.engine.cluster.ClusterView;
import dev.onchange.engine.cluster.Member;
import dev.onchange.engine.cluster.MemberDeclaration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.bson.types.ObjectId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns of listeners beside these in one process that declare a handler of one id for another scope: they are taken for
 * another version of the same application, so that one of the two is given no changes.
 */
final class SameProcess {

    private static final Logger LOG = LoggerFactory.getLogger(ChangeListeners.class);

    private final Set<ObjectId> warned = new HashSet<>();

    void look(ClusterView view, Member me) {
        MemberDeclaration mine = view.declarations().get(me.info().declared());
        if (mine == null) {
            return;
        }
        for (Member other : view.members().values()) {
            MemberDeclaration its = view.declarations().get(other.info().declared());
            if (its != null
                    && other.state() == Member.State.ALIVE
                    && !other.id().equals(me.id())
                    && other.info().process().equals(me.info().process())
                    && !warned.contains(other.id())) {
                compare(mine.units(), its.units(), other.id());
            }
        }
    }

    private void compare(
            Map<String, MemberDeclaration.Declared> mine, Map<String, MemberDeclaration.Declared> its, ObjectId other) {
        for (Map.Entry<String, MemberDeclaration.Declared> unit : mine.entrySet()) {
            MemberDeclaration.Declared same = its.get(unit.getKey());
            if (same != null && !same.scope().equals(unit.getValue().scope())) {
                warned.add(other);
                LOG.warn(
                        "Listeners of this process declare a handler {} for {}, and others of it for {}. With one state"
                                + " database they are taken for two versions of one application, and only those that"
                                + " joined last are given its changes. Give each a stateDatabase of its own, or their"
                                + " handlers other ids.",
                        unit.getValue().handler(),
                        unit.getValue().scope(),
                        same.scope());
                return;
            }
        }
    }
}
