package dev.onchange.engine.cluster;

import java.time.Duration;

/**
 * The times of a cluster.
 *
 * @param lease how long a member lives after a beat
 * @param beat how often a member beats
 * @param margin how long before the end of the lease a member stops to begin attempts
 * @param quarantine how long a leader certifies no death that it has not watched, or after it was not heard itself
 * @param settling how long moves between the living wait for further members that join
 * @param rest how long a unit stays where it is before it is moved between the living again
 */
public record ClusterSettings(
        Duration lease, Duration beat, Duration margin, Duration quarantine, Duration settling, Duration rest) {

    /** How long a lease is unless the user says otherwise. */
    public static final Duration LEASE = Duration.ofSeconds(6);

    /** Members hear of moves and commands when they beat, and a longer lease is no reason to hear of them later. */
    private static final Duration LONGEST_BEAT = Duration.ofMillis(1_500);

    private static final Duration LONGEST_MARGIN = Duration.ofSeconds(1);

    private static final Duration SETTLING = Duration.ofSeconds(2);

    private static final Duration REST = Duration.ofSeconds(30);

    /** All other times follow from the lease. */
    public static ClusterSettings withLease(Duration lease) {
        return new ClusterSettings(
                lease,
                shorter(lease.dividedBy(4), LONGEST_BEAT),
                shorter(lease.dividedBy(6), LONGEST_MARGIN),
                lease,
                SETTLING,
                REST);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
