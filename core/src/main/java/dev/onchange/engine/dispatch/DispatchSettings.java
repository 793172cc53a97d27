package dev.onchange.engine.dispatch;

import dev.onchange.status.ListenerEvent;
import java.time.Clock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Limits, threads, time and listeners of all dispatchers of one process.
 *
 * @param limits how many unsettled changes of a stream may be in memory
 * @param workers run the handlers and schedule what waits
 * @param clock tells since when a change is unsettled
 * @param settled run for each change that all its handlers have settled; must not throw and not block
 * @param slowHandlers called with handlers that delay the other handlers of their stream
 * @param events receives the events of handlers; must not throw and not block
 * @param snapshots reads the documents that handlers are given before their changes; null if none are
 */
public record DispatchSettings(
        BackpressureLimits limits,
        Workers workers,
        Clock clock,
        Runnable settled,
        SlowHandlerListener slowHandlers,
        Consumer<ListenerEvent> events,
        @Nullable SnapshotSettings snapshots) {

    /** Settings without a count of settled changes. */
    public DispatchSettings(BackpressureLimits limits, Workers workers, Clock clock, Consumer<ListenerEvent> events) {
        this(limits, workers, clock, () -> {}, id -> {}, events, null);
    }

    /** Settings without a count and without events. */
    public DispatchSettings(BackpressureLimits limits, Workers workers, Clock clock) {
        this(limits, workers, clock, event -> {});
    }
}
