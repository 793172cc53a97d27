package dev.onchange.engine;

import dev.onchange.HealthLimits.Limit;
import dev.onchange.status.HandlerHealth;
import dev.onchange.status.HandlerHealth.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** Compares what is known of one handler with its limits. Used once, by one thread. */
final class HealthCheck {

    private Level level = Level.UP;
    private final List<String> reasons = new ArrayList<>();

    /** It does not work. */
    HealthCheck down(boolean isDown, String reason) {
        if (isDown) {
            add(Level.DOWN, reason);
        }
        return this;
    }

    /** It works less well than it should. */
    HealthCheck degraded(boolean isDegraded, String reason) {
        if (isDegraded) {
            add(Level.DEGRADED, reason);
        }
        return this;
    }

    /** More is worse; null if the value is not known. */
    <V extends Comparable<V>> HealthCheck most(String name, @Nullable V value, Limit<V> limit) {
        return compare(name, value, limit, (given, bound) -> given.compareTo(bound) >= 0);
    }

    /** Less is worse. */
    <V extends Comparable<V>> HealthCheck least(String name, @Nullable V value, Limit<V> limit) {
        return compare(name, value, limit, (given, bound) -> given.compareTo(bound) <= 0);
    }

    HandlerHealth result() {
        return reasons.isEmpty() ? HandlerHealth.WELL : new HandlerHealth(level, reasons);
    }

    private <V extends Comparable<V>> HealthCheck compare(
            String name, @Nullable V value, Limit<V> limit, BiPredicate<V, V> isBeyond) {
        V down = limit.down();
        V degraded = limit.degraded();
        if (value != null && down != null && isBeyond.test(value, down)) {
            add(Level.DOWN, name + " is " + value + "; the limit is " + down + ".");
        } else if (value != null && degraded != null && isBeyond.test(value, degraded)) {
            add(Level.DEGRADED, name + " is " + value + "; the limit is " + degraded + ".");
        }
        return this;
    }

    private void add(Level found, String reason) {
        level = found.compareTo(level) > 0 ? found : level;
        reasons.add(reason);
    }
}
