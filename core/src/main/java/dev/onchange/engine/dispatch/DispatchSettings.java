package dev.onchange.engine.dispatch;

import dev.onchange.status.ListenerEvent;
import java.time.Clock;
import java.util.function.Consumer;

/**
 * What dispatchers are given from outside.
 *
 * @param limits how much may be in memory
 * @param workers where handlers run and waits end
 * @param clock tells since when a change is unsettled
 * @param settled told of each change that all its handlers have settled; must not throw and not block
 * @param events told of what befalls handlers; must not throw and not block
 */
public record DispatchSettings(
        BackpressureLimits limits, Workers workers, Clock clock, Runnable settled, Consumer<ListenerEvent> events) {

    /** Nobody counts. */
    public DispatchSettings(BackpressureLimits limits, Workers workers, Clock clock, Consumer<ListenerEvent> events) {
        this(limits, workers, clock, () -> {}, events);
    }

    /** Nobody is told. */
    public DispatchSettings(BackpressureLimits limits, Workers workers, Clock clock) {
        this(limits, workers, clock, event -> {});
    }
}
