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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
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

    @Test
    void every_meter_is_listed_with_its_unit_its_tag_and_what_it_measures() throws IOException {
        String page = Files.readString(new Pages(Path.of("..")).docs().resolve("operations.md"));

        List<String> rows =
                page.lines().filter(line -> line.startsWith("| `onchange.")).toList();
        assertThat(rows)
                .containsExactlyElementsOf(Arrays.stream(ListenersMeter.values())
                        .map(meter -> "| `%s` | %s | `%s` | %s |"
                                .formatted(
                                        meter.getName(),
                                        meter.getBaseUnit(),
                                        meter.getKeyNames()[0].asString(),
                                        meter.description()))
                        .toList());
    }
}
