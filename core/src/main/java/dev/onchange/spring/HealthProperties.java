package dev.onchange.spring;

import dev.onchange.ChangeListenersBuilder;
import dev.onchange.HealthLimits;
import dev.onchange.HealthLimits.Limit;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The properties {@code onchange.health.*}: from which values on handlers are degraded or down.
 *
 * @param lag from a handler's position to the server's newest time
 * @param oldestUnsettled how long the oldest change in flight has been with a handler
 * @param oplogLeft from the oldest entry of the oplog to a handler's position
 * @param letters how many dead letters a handler has
 * @param handlers the same for single handlers, by id, in place of those above
 */
public record HealthProperties(
        @Nullable Times lag,
        @Nullable Times oldestUnsettled,
        @Nullable Times oplogLeft,
        @Nullable Counts letters,
        @Nullable Map<String, HealthProperties> handlers) {

    void applyTo(ChangeListenersBuilder builder) {
        builder.health(limits());
        if (handlers != null) {
            handlers.forEach((id, own) -> builder.health(id, own.limits()));
        }
    }

    private HealthLimits limits() {
        return new HealthLimits(
                Times.limit(lag), Times.limit(oldestUnsettled), Times.limit(oplogLeft), Counts.limit(letters));
    }

    /**
     * Limits of a time.
     *
     * @param degraded from when on it is degraded
     * @param down from when on it is down
     */
    public record Times(
            @Nullable Duration degraded, @Nullable Duration down) {

        private static Limit<Duration> limit(@Nullable Times times) {
            return times == null ? Limit.none() : new Limit<>(times.degraded, times.down);
        }
    }

    /**
     * Limits of a number.
     *
     * @param degraded from when on it is degraded
     * @param down from when on it is down
     */
    public record Counts(@Nullable Long degraded, @Nullable Long down) {

        private static Limit<Long> limit(@Nullable Counts counts) {
            return counts == null ? Limit.none() : new Limit<>(counts.degraded, counts.down);
        }
    }
}
