package dev.onchange.route;

import dev.onchange.status.ListenerEvent;
import java.time.Clock;
import java.util.function.Consumer;

/**
 * What dispatchers are given from outside.
 *
 * @param limits how much may be in memory
 * @param workers where handlers run and waits end
 * @param clock tells since when a change is unsettled
 * @param events told of what befalls handlers; must not throw and not block
 */
public record DispatchSettings(FlowLimits limits, Workers workers, Clock clock, Consumer<ListenerEvent> events) {

    /** Nobody is told. */
    public DispatchSettings(FlowLimits limits, Workers workers, Clock clock) {
        this(limits, workers, clock, event -> {});
    }
}
