package dev.onchange.engine.dispatch;

import dev.onchange.engine.plan.PlannedHandler;
import dev.onchange.engine.scan.WatchedScope;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the changes of one stream by watched scope and operation, so that a handler can be told how many its filter was
 * tested for, at a cost that does not grow with the number of handlers.
 */
final class ScopeCounts {

    private final Map<WatchedScope, Map<String, LongAdder>> counts = new ConcurrentHashMap<>();

    /** The counter of an operation in a scope. */
    LongAdder of(WatchedScope watched, String operation) {
        return counts.computeIfAbsent(watched, any -> new ConcurrentHashMap<>())
                .computeIfAbsent(operation, any -> new LongAdder());
    }

    /** How many changes of a handler's scope and operations have come so far. */
    long of(PlannedHandler handler) {
        return counts.getOrDefault(handler.spec().watched(), Map.of()).entrySet().stream()
                .filter(count -> handler.takes(count.getKey()))
                .mapToLong(count -> count.getValue().sum())
                .sum();
    }
}
