package dev.onchange.engine.plugin;

import dev.onchange.engine.timing.Backoff;
import dev.onchange.engine.timing.Timing;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** When that is tried again which failed for a passing reason: less and less often. */
final class PluginRetries {

    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final Backoff backoff;
    private final Timing timing;
    private final Map<String, Wait> waits = new HashMap<>();

    private record Wait(int failures, Instant end) {}

    PluginRetries(Duration shortest, Timing timing) {
        this.backoff = new Backoff(shortest, 2, LONGEST, 0);
        this.timing = timing;
    }

    /** Says that it has failed. */
    void later(String name) {
        Wait before = waits.get(name);
        int failures = before == null ? 1 : before.failures() + 1;
        Instant end = timing.clock().instant().plus(timing.delayAfter(failures, backoff));
        waits.put(name, new Wait(failures, end));
    }

    boolean hasBegun(String name) {
        return waits.containsKey(name);
    }

    /** Whether it is to be tried now. */
    boolean isDue(String name) {
        Wait wait = waits.get(name);
        return wait == null || !timing.clock().instant().isBefore(wait.end());
    }

    /** Says that it is done, or in vain. */
    void end(String name) {
        waits.remove(name);
    }
}
