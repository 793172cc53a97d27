package dev.onchange.engine.cluster;

import java.time.Clock;
import java.util.function.LongSupplier;

/**
 * Local time, of which only differences count.
 *
 * @param nanos runs evenly, but stands still while the machine is suspended
 * @param wall runs on while the machine is suspended, but may be set
 */
public record ClusterTime(LongSupplier nanos, LongSupplier wall) {

    private static final long NANOS_PER_MILLI = 1_000_000;

    /** The time of this machine. */
    public static ClusterTime of(Clock clock) {
        // Asked for each change: milliseconds are exact enough, and cost half of an instant.
        return new ClusterTime(System::nanoTime, () -> clock.millis() * NANOS_PER_MILLI);
    }

    Moment now() {
        return new Moment(nanos.getAsLong(), wall.getAsLong());
    }

    /** How many nanoseconds have passed at most since a moment. */
    long since(Moment moment) {
        return now().since(moment);
    }

    /** What both clocks show at one moment. */
    record Moment(long nanos, long wall) {

        long since(Moment earlier) {
            return Math.max(nanos - earlier.nanos, wall - earlier.wall);
        }
    }
}
