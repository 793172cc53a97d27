package dev.onchange.micrometer;

import static io.micrometer.observation.tck.TestObservationRegistryAssert.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChange;
import dev.onchange.Retry;
import dev.onchange.inject.Ledger;
import io.micrometer.common.KeyValues;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.search.MeterNotFoundException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.tck.TestObservationRegistry;
import io.micrometer.observation.transport.Kind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class HandlerObservationsTest {

    private final Ledger ledger = new Ledger();
    private final TestObservationRegistry registry = TestObservationRegistry.create();

    @AfterEach
    void cleanUp() {
        ledger.close();
    }

    @Test
    void a_call_is_observed_under_documented_names() {
        try (ChangeListeners listeners = listeners(registry, new Plain())) {
            ledger.insert("items", 7);
            await().untilAsserted(() -> assertThat(registry).hasNumberOfObservationsEqualTo(1));
            await().until(() -> listeners.status().handler("plain").counts().handled() == 1);

            assertThat(registry)
                    .hasSingleObservationThat()
                    .hasNameEqualTo("onchange.handler")
                    .hasContextualNameEqualTo("plain")
                    .hasLowCardinalityKeyValue("handler", "plain")
                    .hasLowCardinalityKeyValue("operation", "insert")
                    .hasHighCardinalityKeyValue("onchange.namespace", ledger.database() + ".items")
                    .hasHighCardinalityKeyValue("onchange.document.key", "{\"_id\": 7}")
                    .hasHighCardinalityKeyValue("onchange.attempt", "1")
                    .hasHighCardinalityKeyValueWithKey("onchange.token")
                    .hasBeenStarted()
                    .hasBeenStopped()
                    .doesNotHaveError();
            assertThat(registry)
                    .hasHandledContextsThatSatisfy(
                            contexts -> assertThat(((HandlerObservationContext) contexts.get(0)).getKind())
                                    .isEqualTo(Kind.CONSUMER));
        }
    }

    @Test
    void every_attempt_is_observed_with_its_failure() {
        try (ChangeListeners listeners = listeners(registry, new Failing())) {
            ledger.insert("items", 7);

            await().untilAsserted(() -> assertThat(registry)
                    .hasNumberOfObservationsWithNameEqualTo("onchange.handler", 2)
                    .hasAnObservation(first -> first.hasHighCardinalityKeyValue("onchange.attempt", "1")
                            .hasError())
                    .hasAnObservation(second -> second.hasHighCardinalityKeyValue("onchange.attempt", "2")
                            .doesNotHaveError())
                    .hasHandledContextsThatSatisfy(
                            contexts -> assertThat(contexts).hasSize(2)));
        }
    }

    @Test
    void the_observation_is_current_in_the_handler_and_in_what_it_returns() {
        try (ChangeListeners listeners = listeners(registry, new Current())) {
            ledger.insert("items", 7);

            await().untilAsserted(() -> assertThat(ledger.notes())
                    .containsExactly("in the handler: plain", "subscribed: plain", "in Reactor's context: plain"));
        }
        assertThat(registry).doesNotHaveAnyRemainingCurrentObservation();
    }

    @Test
    void the_observation_lasts_until_what_the_handler_returned_has_completed() {
        Pending pending = new Pending();
        List<String> stopped = new CopyOnWriteArrayList<>();
        registry.observationConfig().observationHandler(new Stops(stopped));

        try (ChangeListeners listeners = listeners(registry, pending)) {
            ledger.insert("items", 7);
            await().until(() -> ledger.notes().size() == 2);
            assertThat(stopped).isEmpty();

            pending.mono.tryEmitEmpty().orThrow();
            pending.future.completeExceptionally(new IllegalStateException("broken"));

            await().untilAsserted(() -> assertThat(stopped).containsExactlyInAnyOrder("mono", "stage with broken"));
        }
    }

    @Test
    void an_application_names_observations_by_its_own_convention() {
        HandlerObservationConvention convention = new HandlerObservationConvention() {
            @Override
            public String getName() {
                return "shop.changes";
            }

            @Override
            public KeyValues getLowCardinalityKeyValues(HandlerObservationContext context) {
                return KeyValues.of("who", context.invocation().handler().id());
            }
        };

        try (ChangeListeners listeners = ledger.builder()
                .handlers(new Plain())
                .interceptor(new HandlerObservations(registry, convention))
                .start()) {
            ledger.insert("items", 7);

            await().untilAsserted(() -> assertThat(registry)
                    .hasObservationWithNameEqualTo("shop.changes")
                    .that()
                    .hasLowCardinalityKeyValue("who", "plain"));
        }
    }

    @Test
    void calls_are_timed_by_handler_and_operation() {
        MeterRegistry meters = new SimpleMeterRegistry();
        ObservationRegistry timed = ObservationRegistry.create();
        timed.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));

        try (ChangeListeners listeners = listeners(timed, new Plain())) {
            ledger.insert("items", 7);

            await().ignoreException(MeterNotFoundException.class)
                    .untilAsserted(() -> assertThat(meters.get("onchange.handler")
                                    .tags("handler", "plain", "operation", "insert", "error", "none")
                                    .timer()
                                    .count())
                            .isEqualTo(1));
        }
    }

    private ChangeListeners listeners(ObservationRegistry observations, Object handlers) {
        return ledger.builder()
                .handlers(handlers)
                .interceptor(new HandlerObservations(observations))
                .start();
    }

    private static String nameOf(@Nullable Observation observation) {
        return observation != null && observation.getContext() instanceof HandlerObservationContext context
                ? context.invocation().handler().id()
                : "none";
    }

    static class Plain {
        @OnChange(id = "plain", collection = "items")
        void added(ChangeEvent<?> change) {}
    }

    static class Failing {
        private boolean failed;

        @OnChange(id = "failing", collection = "items", retry = @Retry(attempts = 2, backoff = "1ms"))
        synchronized void added(ChangeEvent<?> change) {
            if (!failed) {
                failed = true;
                throw new IllegalStateException("at first");
            }
        }
    }

    class Current {
        @OnChange(id = "plain", collection = "items")
        Mono<Void> added(ChangeEvent<?> change) {
            ledger.note("in the handler: " + nameOf(registry.getCurrentObservation()));
            return Mono.<Void>fromRunnable(() -> ledger.note("subscribed: " + nameOf(registry.getCurrentObservation())))
                    .delaySubscription(Mono.empty())
                    .then(Mono.delay(Duration.ofMillis(1)))
                    .then(Mono.deferContextual(context -> {
                        ledger.note("in Reactor's context: " + nameOf(context.get("micrometer.observation")));
                        return Mono.empty();
                    }));
        }
    }

    class Pending {
        final Sinks.Empty<Void> mono = Sinks.empty();
        final CompletableFuture<Void> future = new CompletableFuture<>();

        @OnChange(id = "mono", collection = "items")
        Mono<Void> mono(ChangeEvent<?> change) {
            ledger.note("mono");
            return mono.asMono();
        }

        @OnChange(id = "stage", collection = "items", retry = @Retry(attempts = 1))
        CompletionStage<Void> stage(ChangeEvent<?> change) {
            ledger.note("stage");
            return future;
        }
    }

    private record Stops(List<String> stopped) implements ObservationHandler<Observation.Context> {
        @Override
        public void onStop(Observation.Context context) {
            Throwable error = context.getError();
            stopped.add(context.getContextualName() + (error == null ? "" : " with " + error.getMessage()));
        }

        @Override
        public boolean supportsContext(Observation.Context context) {
            return true;
        }
    }
}
