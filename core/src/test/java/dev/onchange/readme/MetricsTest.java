package dev.onchange.readme;

import static org.assertj.core.api.Assertions.assertThat;

import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.HealthLimits;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.micrometer.HandlerObservations;
import dev.onchange.micrometer.ListenersMeter;
import dev.onchange.micrometer.ListenersMeters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import java.time.Duration;
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
            assertThat(meters.get(ListenersMeter.HANDLERS.getName())
                            .tag("phase", "listening")
                            .gauge()
                            .value())
                    .isEqualTo(2);
        }
    }

    @Test
    void limits_of_health_are_set_for_all_handlers_and_for_one() {
        ChangeListenersBuilder builder =
                // tag::health
                ChangeListeners.builder(uri)
                        .health(HealthLimits.NONE
                                .withLag(Duration.ofMinutes(1), Duration.ofMinutes(30))
                                .withOldestUnsettled(Duration.ofMinutes(1), null)
                                .withOplogLeft(Duration.ofHours(6), Duration.ofHours(1))
                                .withLetters(1L, 1000L))
                        .health("reorder", HealthLimits.NONE.withLetters(null, 1L));
        // end::health

        assertThat(builder.handlers(new Inventory()).database("shop").plan().streams())
                .isNotEmpty();
    }
}
