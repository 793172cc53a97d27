package dev.onchange.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.ChangeEvent;
import dev.onchange.ChangeListeners;
import dev.onchange.Exhausted;
import dev.onchange.OnChange;
import dev.onchange.Registration;
import dev.onchange.Retry;
import dev.onchange.inject.Ledger;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
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

            awaitCount(ListenersMeterNames.DELIVERED, "good", 2);
            awaitCount(ListenersMeterNames.HANDLED, "good", 2);
            awaitCount(ListenersMeterNames.FILTERED, "good", 1);
            awaitCount(ListenersMeterNames.RETRIED, "letters", 2);
            awaitCount(ListenersMeterNames.DEAD_LETTERED, "letters", 2);
            awaitCount(ListenersMeterNames.SKIPPED, "skips", 2);
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
                    assertThat(gauge(ListenersMeterNames.LAG, "good")).isBetween(0.0, 5.0));
            await().untilAsserted(() ->
                    assertThat(gauge(ListenersMeterNames.LEFT, "good")).isNotNegative());
            assertThat(gauge(ListenersMeterNames.AGE, "good")).isBetween(3500.0, 3800.0);
            String stream = listeners.status().streams().get(0).name();
            await().untilAsserted(() -> assertThat(read(() -> registry.get(ListenersMeterNames.STREAM_LAG)
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

            assertThat(gauge(ListenersMeterNames.IN_FLIGHT, "waits")).isEqualTo(1);
            await().untilAsserted(() -> assertThat(gauge(ListenersMeterNames.OLDEST_UNSETTLED, "waits"))
                    .isPositive());
            waiting.leave.countDown();
            await().untilAsserted(() ->
                    assertThat(gauge(ListenersMeterNames.IN_FLIGHT, "waits")).isZero());
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
            assertThat(registry.get(ListenersMeterNames.HANDLED)
                            .tags("handler", "waits", "shop", "north")
                            .functionCounter()
                            .count())
                    .isZero();

            registration.close();
            assertThat(handlersIn("listening")).isEqualTo(4);
            assertThat(registry.find(ListenersMeterNames.HANDLED)
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
                    .contains(ListenersMeterNames.STREAMS, ListenersMeterNames.LAG);

            meters.close();

            assertThat(registry.getMeters()).isEmpty();
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
        return read(() -> registry.get(ListenersMeterNames.HANDLERS)
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
