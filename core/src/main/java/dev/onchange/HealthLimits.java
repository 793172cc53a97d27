package dev.onchange;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * From which values on a handler counts as degraded or down, in {@link ChangeListeners#status()} and in what is built on
 * it. Nothing else follows from it. By default there are none: a handler is down when it has stopped by itself, or is at one
 * change for longer than {@link ChangeListenersBuilder#inFlightLimit}.
 *
 * <pre>{@code
 * builder.health(HealthLimits.NONE.withLag(Duration.ofMinutes(1), Duration.ofMinutes(10)).withLetters(1L, null));
 * }</pre>
 *
 * @param lag from the handler's position to the server's newest time
 * @param oldestUnsettled how long the oldest change in flight has been with the handler
 * @param oplogLeft from the oldest entry of the oplog to the handler's position; less is worse
 * @param letters how many dead letters the handler has
 */
public record HealthLimits(
        Limit<Duration> lag, Limit<Duration> oldestUnsettled, Limit<Duration> oplogLeft, Limit<Long> letters) {

    /** No limits. */
    public static final HealthLimits NONE = new HealthLimits(Limit.none(), Limit.none(), Limit.none(), Limit.none());

    /** @throws IllegalArgumentException if a handler would be down before it is degraded */
    public HealthLimits {
        requireOrder("lag", lag, true);
        requireOrder("oldestUnsettled", oldestUnsettled, true);
        requireOrder("oplogLeft", oplogLeft, false);
        requireOrder("letters", letters, true);
    }

    /** These, with limits for the lag; null for none. */
    public HealthLimits withLag(@Nullable Duration degraded, @Nullable Duration down) {
        return new HealthLimits(new Limit<>(degraded, down), oldestUnsettled, oplogLeft, letters);
    }

    /** These, with limits for the age of the oldest change in flight; null for none. */
    public HealthLimits withOldestUnsettled(@Nullable Duration degraded, @Nullable Duration down) {
        return new HealthLimits(lag, new Limit<>(degraded, down), oplogLeft, letters);
    }

    /** These, with limits for what is left of the oplog; null for none. */
    public HealthLimits withOplogLeft(@Nullable Duration degraded, @Nullable Duration down) {
        return new HealthLimits(lag, oldestUnsettled, new Limit<>(degraded, down), letters);
    }

    /** These, with limits for the number of dead letters; null for none. */
    public HealthLimits withLetters(@Nullable Long degraded, @Nullable Long down) {
        return new HealthLimits(lag, oldestUnsettled, oplogLeft, new Limit<>(degraded, down));
    }

    private static <V extends Comparable<V>> void requireOrder(String name, Limit<V> limit, boolean moreIsWorse) {
        V degraded = limit.degraded();
        V down = limit.down();
        if (degraded != null
                && down != null
                && (moreIsWorse ? degraded.compareTo(down) : down.compareTo(degraded)) > 0) {
            throw new IllegalArgumentException("With these limits of " + name + " a handler would be down (" + down
                    + ") before it is degraded (" + degraded + ")");
        }
    }

    /**
     * One pair of limits.
     *
     * @param degraded from this value on it is degraded; null for never
     * @param down from this value on it is down; null for never
     */
    public record Limit<V extends Comparable<V>>(
            @Nullable V degraded, @Nullable V down) {

        /** None. */
        public static <V extends Comparable<V>> Limit<V> none() {
            return new Limit<>(null, null);
        }

        /** Whether there is any. */
        public boolean isSet() {
            return !Objects.equals(this, none());
        }
    }
}
