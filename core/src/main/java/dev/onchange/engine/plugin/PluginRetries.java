package dev.onchange.engine.plugin;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** When that is tried again which failed for a passing reason: less and less often. */
final class PluginRetries {

    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final Duration shortest;
    private final Clock clock;
    private final Map<String, Wait> waits = new HashMap<>();

    private record Wait(Duration length, Instant end) {}

    PluginRetries(Duration shortest, Clock clock) {
        this.shortest = shortest;
        this.clock = clock;
    }

    /** Says that it has failed. */
    void later(String name) {
        Wait before = waits.get(name);
        Duration length = before == null ? shortest : before.length().multipliedBy(2);
        length = length.compareTo(LONGEST) > 0 ? LONGEST : length;
        waits.put(name, new Wait(length, clock.instant().plus(length)));
    }

    boolean hasBegun(String name) {
        return waits.containsKey(name);
    }

    /** Whether it is to be tried now. */
    boolean isDue(String name) {
        Wait wait = waits.get(name);
        return wait == null || !clock.instant().isBefore(wait.end());
    }

    /** Says that it is done, or in vain. */
    void end(String name) {
        waits.remove(name);
    }
}
