package dev.onchange.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.Exhausted;
import dev.onchange.OnChange;
import dev.onchange.Registration;
import dev.onchange.Retry;
import dev.onchange.StartFrom;
import dev.onchange.inject.Ledger;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ListenersMetersTest {

    private final Ledger ledger = new Ledger();
    private final MockClock clock = new MockClock();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock);

    @AfterEach
    void cleanUp() {
        ledger.close();
    }

    @Test
    void what_becomes_of_changes_is_counted_by_handler() {
        try (ChangeListeners listeners =
                ledger.builder().handlers(new Handlers(ledger)).start()) {
            new ListenersMeters(listeners).bindTo(registry);

            ledger.insert("items", 1);
            ledger.insert("items", 2);
            ledger.insert("others", 3);

            awaitCount(ListenersMeter.DELIVERED.getName(), "good", 2);
            awaitCount(ListenersMeter.HANDLED.getName(), "good", 2);
            awaitCount(ListenersMeter.FILTERED.getName(), "good", 1);
            awaitCount(ListenersMeter.RETRIED.getName(), "letters", 2);
            awaitCount(ListenersMeter.DEAD_LETTERED.getName(), "letters", 2);
            awaitCount(ListenersMeter.SKIPPED.getName(), "skips", 2);
        }
    }

    @Test
    void positions_are_measured_against_the_server_and_the_clock() {
        clock.add(Duration.ofMillis(System.currentTimeMillis()).plusHours(1));
        try (ChangeListeners listeners =
                ledger.builder().handlers(new Handlers(ledger)).start()) {
            new ListenersMeters(listeners).bindTo(registry);
            ledger.insert("items", 1);

            await().untilAsserted(() ->
                    assertThat(gauge(ListenersMeter.LAG.getName(), "good")).isBetween(0.0, 5.0));
            await().untilAsserted(() ->
                    assertThat(gauge(ListenersMeter.LEFT.getName(), "good")).isNotNegative());
            assertThat(gauge(ListenersMeter.AGE.getName(), "good")).isBetween(3500.0, 3800.0);
            String stream = listeners.status().streams().get(0).name();
            await().untilAsserted(() -> assertThat(read(() -> registry.get(ListenersMeter.STREAM_LAG.getName())
                            .tag("stream", stream)
                            .timeGauge()
                            .value()))
                    .isBetween(0.0, 5.0));
        }
    }

    @Test
    void unsettled_changes_are_seen_while_they_wait() throws InterruptedException {
        Waiting waiting = new Waiting();
        try (ChangeListeners listeners = ledger.builder().handlers(waiting).start()) {
            new ListenersMeters(listeners).bindTo(registry);

            ledger.insert("items", 1);
            waiting.entered.await();

            assertThat(gauge(ListenersMeter.IN_FLIGHT.getName(), "waits")).isEqualTo(1);
            await().untilAsserted(() -> assertThat(gauge(ListenersMeter.OLDEST_UNSETTLED.getName(), "waits"))
                    .isPositive());
            waiting.leave.countDown();
            await().untilAsserted(() -> assertThat(gauge(ListenersMeter.IN_FLIGHT.getName(), "waits"))
                    .isZero());
        }
    }

    @Test
    void meters_follow_handlers_that_come_and_go() {
        try (ChangeListeners listeners =
                ledger.builder().handlers(new Handlers(ledger)).start()) {
            new ListenersMeters(listeners::status, Tags.of("shop", "north")).bindTo(registry);
            assertThat(handlersIn("listening")).isEqualTo(4);

            Registration registration = listeners.register(new Waiting());
            assertThat(handlersIn("listening")).isEqualTo(5);
            assertThat(registry.get(ListenersMeter.HANDLED.getName())
                            .tags("handler", "waits", "shop", "north")
                            .functionCounter()
                            .count())
                    .isZero();

            registration.close();
            assertThat(handlersIn("listening")).isEqualTo(4);
            assertThat(registry.find(ListenersMeter.HANDLED.getName())
                            .tag("handler", "waits")
                            .functionCounter())
                    .isNull();

            listeners.pause("good");
            assertThat(handlersIn("paused")).isEqualTo(1);
            assertThat(handlersIn("listening")).isEqualTo(3);
        }
    }

    @Test
    void closing_removes_every_meter() {
        try (ChangeListeners listeners =
                ledger.builder().handlers(new Handlers(ledger)).start()) {
            ListenersMeters meters = new ListenersMeters(listeners);
            meters.bindTo(registry);
            assertThat(registry.getMeters())
                    .extracting(Meter::getId)
                    .extracting(Meter.Id::getName)
                    .contains(ListenersMeter.STREAMS.getName(), ListenersMeter.LAG.getName());

            meters.close();

            assertThat(registry.getMeters()).isEmpty();
        }
    }

    @Test
    void every_meter_has_a_description_and_a_unit_and_is_there_when_bound() {
        try (ChangeListeners listeners =
                ledger.builder().handlers(new Handlers(ledger)).start()) {
            new ListenersMeters(listeners).bindTo(registry);

            assertThat(registry.getMeters())
                    .extracting(Meter::getId)
                    .allSatisfy(id -> {
                        assertThat(id.getDescription()).as(id.getName()).isNotBlank();
                        assertThat(id.getBaseUnit()).as(id.getName()).isNotBlank();
                    })
                    .extracting(Meter.Id::getName)
                    .contains(Arrays.stream(ListenersMeter.values())
                            .map(ListenersMeter::getName)
                            .filter(name -> !name.startsWith("onchange.snapshot."))
                            .toArray(String[]::new));
            assertThat(registry.getMeters())
                    .filteredOn(meter -> meter.getId().getTag("handler") != null)
                    .extracting(meter -> meter.getId().getTag("handler"))
                    .contains("good", "other", "letters", "skips");
        }
    }

    @Test
    void a_snapshot_has_meters_while_it_is_under_way() {
        ledger.insert("items", 1);
        ledger.insert("items", 2);
        Indexing indexing = new Indexing();
        try (ChangeListeners listeners = ledger.builder().handlers(indexing).start()) {
            new ListenersMeters(listeners).bindTo(registry);

            assertThat(gauge(ListenersMeter.SNAPSHOT_ESTIMATED.getName(), "indexes"))
                    .isEqualTo(2);
            assertThat(gauge(ListenersMeter.SNAPSHOT_DOCUMENTS.getName(), "indexes"))
                    .isZero();
            assertThat(gauge(ListenersMeter.SNAPSHOT_RATE.getName(), "indexes")).isZero();
            assertThat(gauge(ListenersMeter.SNAPSHOT_LEFT.getName(), "indexes")).isNaN();
            indexing.leave.countDown();

            await().until(() -> {
                handlersIn("listening");
                return registry.find(ListenersMeter.SNAPSHOT_DOCUMENTS.getName())
                                .gauge()
                        == null;
            });
        }
    }

    @Test
    void stored_letters_are_counted() {
        try (ChangeListeners listeners =
                ledger.builder().handlers(new Handlers(ledger), new Parking()).start()) {
            new ListenersMeters(listeners).bindTo(registry);

            ledger.insert("items", 1);
            ledger.update("items", 1);
            ledger.update("items", 1);

            await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
                assertThat(gauge(ListenersMeter.LETTERS_FAILED.getName(), "parks"))
                        .isEqualTo(1);
                assertThat(gauge(ListenersMeter.LETTERS_PARKED.getName(), "parks"))
                        .isEqualTo(2);
                assertThat(gauge(ListenersMeter.LETTERS_FAILED.getName(), "letters"))
                        .isEqualTo(3);
                assertThat(gauge(ListenersMeter.LETTERS_PARKED.getName(), "good"))
                        .isZero();
            });
        }
    }

    private void awaitCount(String name, String handler, int count) {
        await().untilAsserted(() -> assertThat(read(() -> registry.get(name)
                        .tag("handler", handler)
                        .functionCounter()
                        .count()))
                .as(name + " of " + handler)
                .isEqualTo(count));
    }

    private double gauge(String name, String handler) {
        return read(() -> registry.get(name).tag("handler", handler).gauge().value());
    }

    private double handlersIn(String phase) {
        return read(() -> registry.get(ListenersMeter.HANDLERS.getName())
                .tag("phase", phase)
                .gauge()
                .value());
    }

    /** Reads when the status of the second before is no longer good enough. */
    private double read(java.util.function.DoubleSupplier value) {
        clock.add(Duration.ofSeconds(1));
        return value.getAsDouble();
    }

    record Handlers(Ledger ledger) {
        @OnChange(id = "good", collection = "items")
        void good(ChangeEvent<?> change) {
            ledger.note("good");
        }

        @OnChange(id = "other", collection = "others")
        void other(ChangeEvent<?> change) {}

        @OnChange(
                id = "letters",
                collection = "items",
                ordering = dev.onchange.Ordering.NONE,
                retry = @Retry(attempts = 2, backoff = "1ms"))
        void letters(ChangeEvent<?> change) {
            throw new IllegalStateException("always");
        }

        @OnChange(
                id = "skips",
                retry = @Retry(attempts = 1),
                match = "{ 'ns.coll': 'items' }",
                exhausted = Exhausted.SKIP)
        void skips(ChangeEvent<?> change) {
            throw new IllegalStateException("always");
        }
    }

    static class Parking {
        @OnChange(id = "parks", collection = "items", retry = @Retry(attempts = 1))
        void fail(ChangeEvent<?> change) {
            throw new IllegalStateException("always");
        }
    }

    static class Indexing {
        final CountDownLatch leave = new CountDownLatch(1);

        @OnChange(id = "indexes", collection = "items", startFrom = StartFrom.SNAPSHOT)
        void index(ChangeEvent<?> change) throws InterruptedException {
            leave.await();
        }
    }

    static class Waiting {
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch leave = new CountDownLatch(1);

        @OnChange(id = "waits", collection = "items")
        void wait(ChangeEvent<?> change) throws InterruptedException {
            entered.countDown();
            leave.await();
        }
    }
}
