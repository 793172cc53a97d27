package dev.onchange.engine.dispatch;

import static dev.onchange.engine.plan.Declared.handler;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.onchange.Ordering;
import dev.onchange.status.HandlerState.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class HandlerLanesTest {

    private final ChangesOf items = new ChangesOf("shop", "items");
    private final Queue<Integer> handled = new ConcurrentLinkedQueue<>();

    private Outcome note(Delivery delivery) {
        handled.add(sequence(delivery));
        return Outcome.Settled.HANDLED;
    }

    private static int sequence(Delivery delivery) {
        return delivery.change().raw().clusterTime().getInc();
    }

    @Test
    void changes_arrive_in_the_order_of_the_stream() {
        try (Rig rig = new Rig().with(handler("a"), this::note).start()) {

            IntStream.rangeClosed(1, 1_000).forEach(i -> rig.stream.feed(items.insert(i, i % 7)));

            await().until(() -> handled.size() == 1_000);
            assertThat(List.copyOf(handled)).isSorted();
            await().until(() -> rig.position("a") == 1_000);
        }
    }

    @Test
    void a_change_that_waits_for_another_attempt_delays_its_own_key_only() {
        Set<Integer> failedOnce = ConcurrentHashMap.newKeySet();
        DeliveryHandler failsFirst = delivery -> sequence(delivery) == 1 && failedOnce.add(1)
                ? new Outcome.RetryAfter(Duration.ofSeconds(1), new IllegalStateException())
                : note(delivery);
        try (Rig rig = new Rig().with(handler("a"), failsFirst).start()) {

            rig.stream.feed(items.insert(1, 1), items.insert(2, 2), items.insert(3, 1), items.insert(4, 2));

            await().untilAsserted(() -> assertThat(handled).containsExactly(2, 4));
            assertThat(rig.position("a")).isEqualTo(-1);

            rig.time.advanceTimeBy(Duration.ofSeconds(1));

            await().untilAsserted(() -> assertThat(handled).containsExactly(2, 4, 1, 3));
            await().until(() -> rig.position("a") == 4);
        }
    }

    @Test
    void in_stream_order_a_change_that_waits_delays_all_changes() {
        Set<Integer> failedOnce = ConcurrentHashMap.newKeySet();
        DeliveryHandler failsFirst = delivery -> sequence(delivery) == 1 && failedOnce.add(1)
                ? new Outcome.RetryAfter(Duration.ofSeconds(1), new IllegalStateException())
                : note(delivery);
        try (Rig rig = new Rig()
                .with(handler("a").ordered(Ordering.STREAM), failsFirst)
                .start()) {

            rig.stream.feed(items.insert(1, 1), items.insert(2, 2), items.insert(3, 3));
            await().until(() -> failedOnce.contains(1));
            rig.time.advanceTimeBy(Duration.ofSeconds(1));

            await().untilAsserted(() -> assertThat(handled).containsExactly(1, 2, 3));
        }
    }

    @Test
    void a_change_without_a_key_waits_for_all_before_it_and_delays_all_after_it() {
        Sinks.One<Outcome> first = Sinks.one();
        Sinks.One<Outcome> drop = Sinks.one();
        DeliveryHandler deliveryHandler = delivery -> {
            note(delivery);
            return switch (sequence(delivery)) {
                case 1 -> new Outcome.Working(first.asMono());
                case 3 -> new Outcome.Working(drop.asMono());
                default -> Outcome.Settled.HANDLED;
            };
        };
        try (Rig rig =
                new Rig().with(handler("a").concurrency(8), deliveryHandler).start()) {

            rig.stream.feed(items.insert(1, 1), items.insert(2, 2), items.drop(3), items.insert(4, 4));
            rig.stream.feed(items.drop(5), items.insert(6, 6));

            await().untilAsserted(() -> assertThat(handled).containsExactlyInAnyOrder(1, 2));

            first.tryEmitValue(Outcome.Settled.HANDLED);

            await().untilAsserted(() ->
                    assertThat(List.copyOf(handled)).hasSize(3).last().isEqualTo(3));

            drop.tryEmitValue(Outcome.Settled.HANDLED);

            await().untilAsserted(() -> assertThat(handled).hasSize(6).endsWith(3, 4, 5, 6));
        }
    }

    @Test
    void a_handler_that_goes_on_without_a_thread_occupies_its_lane() {
        Sinks.One<Outcome> end = Sinks.one();
        DeliveryHandler deliveryHandler = delivery -> {
            note(delivery);
            return sequence(delivery) == 1 ? new Outcome.Working(end.asMono()) : Outcome.Settled.HANDLED;
        };
        try (Rig rig = new Rig()
                .with(handler("a"), deliveryHandler)
                .with(handler("b"), this::note)
                .start()) {

            rig.stream.feed(items.insert(1, 1), items.insert(2, 2));

            await().untilAsserted(() -> assertThat(handled).containsExactlyInAnyOrder(1, 1, 2));
            assertThat(rig.position("a")).isEqualTo(-1);

            end.tryEmitValue(Outcome.Settled.HANDLED);

            await().untilAsserted(() -> assertThat(handled).hasSize(4));
        }
    }

    @Test
    void without_order_as_many_run_at_a_time_as_the_handler_allows() throws InterruptedException {
        CountDownLatch three = new CountDownLatch(3);
        CountDownLatch go = new CountDownLatch(1);
        DeliveryHandler deliveryHandler = blocking(delivery -> {
            three.countDown();
            go.await();
            return note(delivery);
        });
        try (Rig rig = new Rig()
                .with(handler("a").ordered(Ordering.NONE).concurrency(3), deliveryHandler)
                .start()) {

            IntStream.rangeClosed(1, 10).forEach(i -> rig.stream.feed(items.insert(i, 1)));
            three.await();

            assertThat(rig.dispatcher.state("a").inFlight()).isEqualTo(10);

            go.countDown();

            await().until(() -> handled.size() == 10);
        }
    }

    @Test
    void a_handler_that_stops_keeps_its_position_and_does_not_affect_its_stream() {
        DeliveryHandler stops = delivery -> sequence(delivery) == 3
                ? new Outcome.Stopped(new IllegalStateException("enough"))
                : Outcome.Settled.HANDLED;
        try (Rig rig = new Rig()
                .with(handler("a"), stops)
                .with(handler("b"), this::note)
                .start()) {

            IntStream.rangeClosed(1, 5).forEach(i -> rig.stream.feed(items.insert(i, i)));

            await().until(() -> rig.position("b") == 5);
            await().until(() -> rig.dispatcher.state("a").phase() == Phase.FAILED);
            assertThat(rig.position("a")).isEqualTo(2);
            assertThat(rig.dispatcher.state("a").reason()).hasMessage("enough");
        }
    }

    @Test
    void stopping_finishes_what_runs_drops_what_waits_and_keeps_the_position_before_it() {
        Sinks.One<Outcome> end = Sinks.one();
        DeliveryHandler deliveryHandler = delivery -> switch (sequence(delivery)) {
            case 2 -> new Outcome.RetryAfter(Duration.ofHours(1), new IllegalStateException());
            case 3 -> new Outcome.Working(end.asMono());
            default -> note(delivery);
        };
        try (Rig rig = new Rig().with(handler("a"), deliveryHandler).start()) {
            IntStream.rangeClosed(1, 5).forEach(i -> rig.stream.feed(items.insert(i, i)));
            await().until(() -> rig.dispatcher.state("a").counts().retried() == 1);

            Mono<Void> stop = rig.dispatcher.stop(Duration.ofMinutes(1)).cache();
            stop.subscribe();
            end.tryEmitValue(Outcome.Settled.HANDLED);
            stop.block(Duration.ofSeconds(10));

            assertThat(handled).containsExactly(1);
            assertThat(rig.position("a")).isEqualTo(1);
            assertThat(rig.stream.cancelled()).isTrue();
        }
    }

    @Test
    void what_fails_because_stopping_interrupts_it_stays_unsettled() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        DeliveryHandler interrupted = delivery -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
                return note(delivery);
            } catch (InterruptedException e) {
                return Outcome.Settled.SKIPPED;
            } finally {
                ended.countDown();
            }
        };
        try (Rig rig = new Rig().with(handler("a"), interrupted).start()) {
            rig.stream.feed(items.insert(1, 1));
            begun.await();

            Mono<Void> stop = rig.dispatcher.stop(Duration.ofMinutes(1)).cache();
            stop.subscribe();
            rig.time.advanceTimeBy(Duration.ofMinutes(1));
            stop.block(Duration.ofSeconds(10));
            ended.await();

            await().until(() -> rig.dispatcher.state("a").inFlight() == 0);
            assertThat(rig.dispatcher.state("a").counts().skipped()).isZero();
            assertThat(rig.position("a")).isEqualTo(-1);
        }
    }

    private interface Blocking {
        Outcome receive(Delivery delivery) throws InterruptedException;
    }

    private static DeliveryHandler blocking(Blocking deliveryHandler) {
        return delivery -> {
            try {
                return deliveryHandler.receive(delivery);
            } catch (InterruptedException e) {
                return new Outcome.Stopped(e);
            }
        };
    }
}
