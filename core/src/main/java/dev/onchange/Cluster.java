package dev.onchange;

import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.time.Duration;
import java.util.List;

/**
 * How several instances of an application on one state database share its handlers; given to
 * {@link ChangeListenersBuilder#cluster}. Immutable.
 *
 * @param mode who works
 * @param lease for how long an instance owns its handlers after its last sign of life: a change that follows the death of
 *     a process waits for about as long, and a half more
 */
public record Cluster(Mode mode, Duration lease) {

    /** What an instance owns for, unless another time is given: four signs of life must fail to come. */
    private static final Duration USUAL_LEASE = Duration.ofSeconds(6);

    /** An instance stops a second before its lease ends, so that its clock need not be exact. */
    private static final Duration SHORTEST_LEASE = Duration.ofSeconds(2);

    private static final Duration LONGEST_LEASE = Duration.ofMinutes(10);

    /** Who of several instances works. */
    public enum Mode {
        /** All share the handlers. */
        USUAL,
        /** One has all handlers, the others wait to take its place. */
        STANDBY,
        /** There is one instance, which asks nobody; a second one is refused while it lives. */
        ALONE
    }

    /** @throws OnChangeException if the lease is shorter than two seconds, or longer than ten minutes */
    public Cluster {
        if (lease.compareTo(SHORTEST_LEASE) < 0 || lease.compareTo(LONGEST_LEASE) > 0) {
            throw new OnChangeException(List.of(new Problem(
                    ProblemCode.INVALID_CLUSTER,
                    "ChangeListenersBuilder.cluster(…)",
                    "the lease is " + lease + ", but it must last from " + SHORTEST_LEASE + " to " + LONGEST_LEASE
                            + ".",
                    "Use some seconds: a shorter one lets a fail-over take less time, a longer one bears longer pauses of"
                            + " a process.")));
        }
    }

    /** All instances share the handlers; the default. */
    public static Cluster usual() {
        return new Cluster(Mode.USUAL, USUAL_LEASE);
    }

    /** One instance has all handlers, the others wait to take its place. */
    public static Cluster standby() {
        return new Cluster(Mode.STANDBY, USUAL_LEASE);
    }

    /** There is one instance: it asks nobody, and does not start beside a live one of the same handlers. */
    public static Cluster alone() {
        return new Cluster(Mode.ALONE, USUAL_LEASE);
    }

    /**
     * The same with another lease.
     *
     * @throws OnChangeException if it is shorter than two seconds, or longer than ten minutes
     */
    public Cluster withLease(Duration time) {
        return new Cluster(mode, time);
    }
}
