package dev.onchange.engine.dispatch;

import static dev.onchange.engine.dispatch.ChangesOf.time;
import static dev.onchange.engine.dispatch.ChangesOf.token;
import static dev.onchange.engine.plan.Declared.handler;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.onchange.checkpoint.Position;
import dev.onchange.status.HandlerState.Phase;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

class StreamDispatcherTest {

    private final ChangesOf items = new ChangesOf("shop", "items");
    private final ChangesOf orders = new ChangesOf("shop", "orders");
    private final Queue<Integer> handled = new ConcurrentLinkedQueue<>();
    private Rig rig = new Rig();

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void a_handler_is_given_only_changes_after_its_own_start() {
        rig.with(handler("early"), this::note)
                .with(handler("token"), this::note, after(2))
                .with(handler("time"), this::note, Position.at(time(3)))
                .start();

        IntStream.rangeClosed(1, 4).forEach(i -> rig.stream.feed(items.insert(i, i)));

        await().until(() -> rig.position("early") == 4 && rig.position("token") == 4 && rig.position("time") == 4);
        assertThat(handled).containsExactlyInAnyOrder(1, 2, 3, 4, 3, 4, 4);
    }

    @Test
    void an_exception_or_error_before_the_handlers_fails_the_stream() {
        AtomicReference<Throwable> told = new AtomicReference<>();
        StreamDispatcher dispatcher = new StreamDispatcher(
                Rig.plan(false),
                rig.stream,
                raw -> {
                    throw new OutOfMemoryError("a large change");
                },
                new DispatchSettings(
                        BackpressureLimits.DEFAULT, new Workers(Runnable::run, rig.time), Clock.systemUTC()),
                told::set);
        dispatcher.attach(new HandlerBinding(handler("a").planned(), this::note, null));
        dispatcher.start().block();

        rig.stream.feed(items.insert(1, 1));

        assertThat(told.get()).isInstanceOf(OutOfMemoryError.class);
        assertThat(dispatcher.failure()).isSameAs(told.get());
        assertThat(rig.stream.cancelled()).isTrue();
    }

    @Test
    void the_state_of_a_handler_can_be_read_while_a_change_is_being_routed() {
        CompletableFuture<Void> routing = new CompletableFuture<>();
        CompletableFuture<Void> routed = new CompletableFuture<>();
        StreamDispatcher dispatcher = new StreamDispatcher(
                Rig.plan(false),
                rig.stream,
                raw -> {
                    routing.complete(null);
                    routed.join();
                    throw new IllegalStateException("never decoded");
                },
                new DispatchSettings(
                        BackpressureLimits.DEFAULT, new Workers(Runnable::run, rig.time), Clock.systemUTC()),
                failure -> {});
        dispatcher.attach(new HandlerBinding(handler("a").planned(), this::note, null));
        dispatcher.start().block();
        CompletableFuture<Void> feeding = CompletableFuture.runAsync(() -> rig.stream.feed(items.insert(1, 1)));
        routing.join();

        CompletableFuture<Phase> asked = CompletableFuture.supplyAsync(() -> {
            dispatcher.positions();
            dispatcher.isWorkedHere();
            return dispatcher.state("a").phase();
        });

        try {
            await().untilAsserted(() -> assertThat(asked).isCompletedWithValue(Phase.RUNNING));
        } finally {
            routed.complete(null);
            feeding.join();
        }
    }

    @Test
    void a_position_never_falls_behind_the_handlers_own_start() {
        rig.with(handler("a"), this::note, after(9)).start();

        rig.stream.feed(items.insert(1, 1));

        assertThat(rig.position("a")).isEqualTo(9);
    }

    @Test
    void handlers_that_have_settled_all_share_one_position() {
        rig.with(handler("a"), this::note).with(handler("b"), this::note).start();

        rig.stream.feed(items.insert(1, 1), orders.insert(2, 2));
        await().until(() -> rig.position("a") == 2 && rig.position("b") == 2);
        Map<String, Position> first = rig.dispatcher.positions();
        rig.stream.reach(after(7));
        Map<String, Position> second = rig.dispatcher.positions();
        rig.stream.reach(after(7));

        assertThat(first.get("a")).isSameAs(first.get("b"));
        assertThat(second.get("a")).isEqualTo(after(7)).isSameAs(second.get("b"));
        assertThat(rig.dispatcher.position("a")).isSameAs(second.get("a"));
    }

    @Test
    void what_the_server_has_read_advances_only_handlers_that_have_settled_all() {
        Sinks.One<Outcome> end = Sinks.one();
        rig.with(handler("idle").on("delete"), this::note)
                .with(handler("busy"), delivery -> new Outcome.Working(end.asMono()))
                .start();

        rig.stream.feed(items.insert(1, 1), items.insert(2, 2));
        rig.stream.reach(after(7));

        assertThat(rig.position("idle")).isEqualTo(7);
        assertThat(rig.position("busy")).isEqualTo(-1);
    }

    @Test
    void a_server_position_from_before_the_last_change_does_not_move_a_position_back() {
        rig.with(handler("a"), this::note).start();
        rig.stream.reach(after(3));

        rig.stream.feed(items.insert(5, 1));

        await().until(() -> rig.position("a") == 5);
    }

    @Test
    void no_more_changes_are_requested_than_may_be_unsettled() {
        rig.close();
        rig = new Rig(new BackpressureLimits(10, 1 << 20));
        CountDownLatch go = new CountDownLatch(1);
        rig.with(handler("slow"), delivery -> blocking(go, delivery))
                .with(handler("quick").on("update"), this::note)
                .start();

        IntStream.rangeClosed(1, 100).forEach(i -> rig.stream.feed(items.insert(i, i)));

        assertThat(rig.stream.requested()).isEqualTo(10);
        assertThat(rig.dispatcher.state("slow").inFlight()).isEqualTo(10);

        go.countDown();

        await().until(() -> handled.size() == 100);
        assertThat(rig.stream.requested()).isLessThanOrEqualTo(101);
    }

    @Test
    void a_sudden_run_of_large_changes_is_not_requested() {
        rig.close();
        rig = new Rig(new BackpressureLimits(1_000, 1 << 20));
        CountDownLatch go = new CountDownLatch(1);
        rig.with(handler("slow"), delivery -> blocking(go, delivery)).start();
        rig.stream.feed(items.insert(1, large(1)));
        IntStream.rangeClosed(2, 100).forEach(i -> rig.stream.feed(orders.insert(i, large(i))));
        await().until(() -> rig.stream.requested() > 100);

        IntStream.rangeClosed(101, 120).forEach(i -> rig.stream.feed(items.insert(i, large(i))));

        // A quarter of a megabyte each: with the one that reaches the limit, no more is asked for.
        assertThat(rig.dispatcher.state("slow").inFlight()).isEqualTo(4);

        go.countDown();

        await().until(() -> handled.size() == 21);
    }

    @Test
    void a_detached_handler_finishes_what_runs_and_goes_on_later_where_it_stopped() {
        Sinks.One<Outcome> end = Sinks.one();
        rig.with(handler("a"), delivery -> new Outcome.Working(end.asMono()))
                .with(handler("b"), this::note)
                .start();
        rig.stream.feed(items.insert(1, 1), items.insert(2, 2));
        await().until(() -> rig.position("b") == 2);

        Mono<Position> detached = rig.dispatcher.detach("a").cache();
        detached.subscribe();
        end.tryEmitValue(Outcome.Settled.HANDLED);

        assertThat(detached.block(Duration.ofSeconds(10))).isEqualTo(after(1));
        assertThat(rig.dispatcher.state("a").phase()).isEqualTo(Phase.PAUSED);

        rig.stream.feed(items.insert(3, 3));
        await().until(() -> rig.position("b") == 3);

        assertThat(rig.position("a")).isEqualTo(1);

        Position reached = rig.dispatcher.attach(
                new HandlerBinding(handler("a").planned(), this::note, rig.dispatcher.position("a")));
        rig.stream.feed(items.insert(4, 4));

        assertThat(reached).isEqualTo(after(3));
        await().until(() -> rig.position("a") == 4);
        assertThat(handled).containsExactlyInAnyOrder(1, 2, 3, 4, 4);
    }

    @Test
    void a_handler_attached_and_detached_amid_changes_has_a_position_for_exactly_what_it_was_given() throws Exception {
        int number = 20_000;
        Set<Integer> given = ConcurrentHashMap.newKeySet();
        rig.with(handler("other"), this::note).start();
        Thread feeder =
                new Thread(() -> IntStream.rangeClosed(1, number).forEach(i -> rig.stream.feed(items.insert(i, i))));
        feeder.start();
        Thread renewing = new Thread(() -> {
            while (feeder.isAlive()) {
                rig.dispatcher.renewRoutes();
                Thread.yield();
            }
        });
        renewing.start();

        while (feeder.isAlive()) {
            Position from = rig.dispatcher.attach(new HandlerBinding(
                    handler("guest").planned(),
                    delivery -> {
                        given.add(delivery.change().raw().clusterTime().getInc());
                        return Outcome.Settled.HANDLED;
                    },
                    null));
            Position to = rig.dispatcher.detach("guest").block(Duration.ofSeconds(10));
            rig.dispatcher.forget("guest");

            assertThat(given).isEqualTo(between(from, to));
            given.clear();
        }

        feeder.join();
        renewing.join();
    }

    @Test
    void handlers_that_join_one_after_the_other_get_what_comes_from_then_on() {
        int number = 300;
        Map<Integer, Integer> given = new ConcurrentHashMap<>();
        rig.with(handler("other"), this::note).start();
        rig.stream.feed(items.insert(1, 1));

        for (int i = 0; i < number; i++) {
            int joined = i;
            rig.dispatcher.attach(new HandlerBinding(
                    handler("h" + i).planned(),
                    delivery -> {
                        given.merge(joined, 1, Integer::sum);
                        return Outcome.Settled.HANDLED;
                    },
                    null));
            rig.stream.feed(items.insert(i + 2, i + 2));
            if (i == number / 2) {
                rig.dispatcher.renewRoutes();
            }
        }

        await().untilAsserted(() -> assertThat(given)
                .isEqualTo(IntStream.range(0, number).boxed().collect(Collectors.toMap(i -> i, i -> number - i))));
    }

    @Test
    void a_handler_that_joins_while_the_index_of_handlers_is_made_gets_what_comes_then() throws Exception {
        int joining = 200;
        Queue<String> given = new ConcurrentLinkedQueue<>();
        IntStream.range(0, 3_000)
                .forEach(i -> rig.with(
                        handler("h" + i).matching("{'fullDocument.qty': {$gte: %d}}".formatted(i)), this::note));
        rig.with(handler("gone"), this::note).start();
        rig.stream.feed(items.insert(1, 1));
        rig.dispatcher.forget("gone");
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<Void> renewed = CompletableFuture.runAsync(
                () -> {
                    begun.countDown();
                    rig.dispatcher.renewRoutes();
                },
                work -> new Thread(work).start());
        begun.await();

        for (int i = 0; i < joining; i++) {
            String id = "joined" + i;
            rig.dispatcher.attach(new HandlerBinding(
                    handler(id).planned(),
                    delivery -> {
                        given.add(id);
                        return Outcome.Settled.HANDLED;
                    },
                    null));
        }
        renewed.join();
        rig.stream.feed(items.insert(2, 2));

        await().untilAsserted(() -> assertThat(given).hasSize(joining).doesNotHaveDuplicates());
    }

    /** The changes after the one and up to the other. */
    private static Set<Integer> between(@Nullable Position from, @Nullable Position to) {
        int first = from == null ? 0 : from.clusterTime().getInc();
        int last = to == null ? 0 : to.clusterTime().getInc();
        return IntStream.rangeClosed(first + 1, last).boxed().collect(Collectors.toSet());
    }

    @Test
    void a_running_handler_cannot_be_attached_twice() {
        rig.with(handler("a"), this::note);

        assertThatThrownBy(() -> rig.with(handler("a"), this::note)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_stream_that_fails_gives_its_reason() {
        rig.with(handler("a"), this::note).start();

        rig.stream.fail(new IllegalStateException("gone"));

        assertThat(rig.streamFailure.get()).hasMessage("gone");
    }

    @Test
    void stopping_interrupts_what_does_not_end_in_time_and_keeps_the_position_before_it() {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicBoolean interrupted = new AtomicBoolean();
        rig.with(handler("a"), delivery -> {
                    begun.countDown();
                    return waitForEver(interrupted);
                })
                .start();
        rig.stream.feed(items.insert(1, 1), items.insert(2, 2));
        await().until(() -> begun.getCount() == 0);

        Mono<Void> stop = rig.dispatcher.stop(Duration.ofSeconds(10)).cache();
        stop.subscribe();
        rig.time.advanceTimeBy(Duration.ofSeconds(10));
        stop.block(Duration.ofSeconds(10));

        await().untilTrue(interrupted);
        assertThat(rig.position("a")).isEqualTo(-1);
    }

    @Test
    void a_change_that_is_sent_again_holds_its_place_and_does_not_move_the_position_back() {
        Sinks.One<Outcome> end = Sinks.one();
        rig.with(
                        handler("a"),
                        delivery -> delivery.purpose() == null ? note(delivery) : new Outcome.Working(end.asMono()))
                .start();
        IntStream.rangeClosed(1, 5).forEach(i -> rig.stream.feed(items.insert(i, i)));
        await().until(() -> rig.position("a") == 5);

        Mono<Outcome.Settled> again = rig.dispatcher
                .resend("a", items.insert(2, 2), Delivery.Purpose.REPLAY)
                .cache();
        again.subscribe();
        rig.stream.feed(items.insert(6, 6));

        assertThat(rig.position("a")).isEqualTo(5);

        end.tryEmitValue(Outcome.Settled.HANDLED);

        assertThat(again.block(Duration.ofSeconds(10))).isEqualTo(Outcome.Settled.HANDLED);
        await().until(() -> rig.position("a") == 6);
    }

    @Test
    void a_change_that_is_sent_again_to_a_handler_that_stops_is_cancelled() {
        rig.with(handler("a"), delivery -> new Outcome.Working(Mono.never())).start();
        rig.stream.feed(items.insert(1, 1));

        Mono<Outcome.Settled> again = rig.dispatcher
                .resend("a", items.insert(2, 2), Delivery.Purpose.REPLAY)
                .cache();
        again.subscribe(how -> {}, cancelled -> {});
        rig.dispatcher.detach("a").subscribe();

        assertThatThrownBy(() -> again.block(Duration.ofSeconds(10))).isInstanceOf(CancellationException.class);
    }

    private Outcome note(Delivery delivery) {
        handled.add(delivery.change().raw().clusterTime().getInc());
        return Outcome.Settled.HANDLED;
    }

    private Outcome blocking(CountDownLatch go, Delivery delivery) {
        try {
            go.await();
            return note(delivery);
        } catch (InterruptedException e) {
            return new Outcome.Stopped(e);
        }
    }

    private static Outcome waitForEver(AtomicBoolean interrupted) {
        try {
            new CountDownLatch(1).await();
            return Outcome.Settled.HANDLED;
        } catch (InterruptedException e) {
            interrupted.set(true);
            return new Outcome.RetryAfter(Duration.ofSeconds(1), e);
        }
    }

    private static Position after(int sequence) {
        return new Position(token(sequence), time(sequence), "test");
    }

    private static BsonDocument large(int id) {
        return new BsonDocument("_id", new BsonInt32(id)).append("bytes", new BsonBinary(new byte[256 * 1024]));
    }
}
