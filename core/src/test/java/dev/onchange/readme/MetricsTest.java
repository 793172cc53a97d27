package dev.onchange.readme;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.ChangeListeners;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.micrometer.HandlerObservations;
import dev.onchange.micrometer.ListenersMeterNames;
import dev.onchange.micrometer.ListenersMeters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import org.junit.jupiter.api.Test;

class MetricsTest {

    private final String uri = LocalMongo.shared().connectionString();
    private final ObservationRegistry observations = ObservationRegistry.create();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @Test
    void handlers_are_observed_and_measured() {
        // tag::metrics
        ChangeListeners listeners = ChangeListeners.builder(uri)
                .database("shop")
                .handlers(new Inventory())
                .interceptor(new HandlerObservations(observations))
                .start();
        new ListenersMeters(listeners).bindTo(meters);
        // end::metrics
        try (listeners) {
            assertThat(meters.get(ListenersMeterNames.HANDLERS)
                            .tag("phase", "listening")
                            .gauge()
                            .value())
                    .isEqualTo(2);
        }
    }
}
