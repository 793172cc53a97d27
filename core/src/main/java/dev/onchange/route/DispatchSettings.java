package dev.onchange.route;

import java.time.Clock;

/**
 * What dispatchers are given from outside.
 *
 * @param limits how much may be in memory
 * @param workers where handlers run and waits end
 * @param clock tells since when a change is unsettled
 */
public record DispatchSettings(FlowLimits limits, Workers workers, Clock clock) {}
