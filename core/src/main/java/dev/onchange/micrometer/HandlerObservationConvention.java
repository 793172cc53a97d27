package dev.onchange.micrometer;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/** How calls of handlers are named in metrics and traces. */
@SuppressWarnings("exports") // the framework is required where it is used
public interface HandlerObservationConvention extends ObservationConvention<HandlerObservationContext> {

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof HandlerObservationContext;
    }
}
