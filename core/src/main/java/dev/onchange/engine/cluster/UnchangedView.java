package dev.onchange.engine.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Remembers for which cluster there was nothing to assign: for thousands of units, to find that out again in each pass would
 * cost the leader more than everything else.
 */
final class UnchangedView {

    /** Units rest for longer, so that it does not matter when exactly that is over. */
    private static final Duration LOOKED_AT_AGAIN = Duration.ofSeconds(5);

    private final ClusterTime time;
    private @Nullable Basis last;
    private ClusterTime.@Nullable Moment at;

    /** What an assignment depends on, besides the time. */
    private record Basis(Map<String, Unit> units, List<String> members, boolean settled) {

        static Basis of(ClusterView view, boolean settled) {
            List<String> members = new ArrayList<>();
            for (Member member : view.members().values()) {
                members.add(text(member));
            }
            return new Basis(view.units(), members, settled);
        }

        /** Units that were read again are other ones. */
        boolean isSame(Basis other) {
            return units == other.units && settled == other.settled && members.equals(other.members);
        }

        /** A member keeps what else there is of it. */
        private static String text(Member member) {
            return member.id() + " " + member.state() + " " + member.info().mode() + " "
                    + member.info().declared();
        }
    }

    UnchangedView(ClusterTime time) {
        this.time = time;
    }

    /**
     * Whether nothing was to be assigned a moment ago, and it is the same cluster.
     *
     * @param settled whether units of the living may be moved
     */
    boolean is(ClusterView view, boolean settled) {
        Basis before = last;
        ClusterTime.Moment noted = at;
        return before != null
                && noted != null
                && time.since(noted) < LOOKED_AT_AGAIN.toNanos()
                && Basis.of(view, settled).isSame(before);
    }

    /** There was nothing to assign. */
    void note(ClusterView view, boolean settled) {
        last = Basis.of(view, settled);
        at = time.now();
    }
}
