package dev.onchange.engine.retry;

import static dev.onchange.engine.plan.Declared.attempts;
import static dev.onchange.engine.plan.Declared.handler;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.reactivestreams.client.ClientSession;
import dev.onchange.Attempt;
import dev.onchange.BatchFailure;
import dev.onchange.Exhausted;
import dev.onchange.FailureRules;
import dev.onchange.Ordering;
import dev.onchange.engine.decode.Change;
import dev.onchange.engine.dispatch.ChangesOf;
import dev.onchange.engine.invoke.Invoker;
import dev.onchange.engine.plan.Declared;
import dev.onchange.status.HandlerState.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

class BatchesTest {

    private static final Duration LINGER = Duration.ofSeconds(10);

    private final ChangesOf items = new ChangesOf("shop", "items");
    private final Queue<List<Integer>> calls = new ConcurrentLinkedQueue<>();
    private final Queue<Attempt> attempted = new ConcurrentLinkedQueue<>();
    private final Bench bench = Bench.empty("batches_test");

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void a_full_batch_is_handed_over_at_once() {
        bench.with(batched(3), called(changes -> null)).start();

        feed(7);

        await().until(() -> calls.size() == 2);
        assertThat(calls).containsExactly(List.of(1, 2, 3), List.of(4, 5, 6));
        assertThat(bench.rig.position("a")).isEqualTo(6);
        assertThat(bench.counts("a").handled()).isEqualTo(6);
        assertThat(bench.counts("a").batches()).isEqualTo(2);
    }

    @Test
    void what_has_lingered_is_handed_over_and_the_position_waits_for_it() {
        bench.with(batched(100), called(changes -> null)).start();

        feed(2);
        assertThat(bench.rig.position("a")).isEqualTo(-1);
        await().until(() -> {
            bench.rig.time.advanceTimeBy(LINGER);
            return !calls.isEmpty();
        });

        assertThat(calls).containsExactly(List.of(1, 2));
        await().until(() -> bench.rig.position("a") == 2);
    }

    @Test
    void changes_of_one_document_stay_in_order_within_a_batch_and_a_drop_comes_alone() {
        bench.with(batched(4), called(changes -> null)).start();

        bench.rig.stream.feed(items.insert(1, 1));
        bench.rig.stream.feed(items.update(2, 1));
        bench.rig.stream.feed(items.drop(3));
        bench.rig.stream.feed(items.insert(4, 1));
        await().until(() -> {
            bench.rig.time.advanceTimeBy(LINGER);
            return bench.rig.position("a") == 4;
        });

        assertThat(calls).containsExactly(List.of(1, 2), List.of(3), List.of(4));
    }

    @Test
    void a_named_change_fails_alone_and_those_around_it_are_handled() {
        bench.with(batched(5).retrying(attempts(2)).whenExhausted(Exhausted.DEAD_LETTER), called(changes -> {
                    int place = changes.indexOf(3);
                    if (place >= 0) {
                        throw new CompletionException(new BatchFailure(place, new IllegalStateException("no")));
                    }
                    return null;
                }))
                .start();

        feed(5);
        await().until(() -> calls.size() == 2);
        assertThat(calls).containsExactly(List.of(1, 2, 3, 4, 5), List.of(4, 5));
        assertThat(bench.rig.position("a")).isEqualTo(2);
        advanceUntilPosition(5);

        assertThat(calls).containsExactly(List.of(1, 2, 3, 4, 5), List.of(4, 5), List.of(3));
        assertThat(bench.counts("a").deadLettered()).isEqualTo(1);
        assertThat(bench.counts("a").handled()).isEqualTo(4);
        assertThat(bench.stored()).singleElement().satisfies(letter -> {
            assertThat(letter.attempts()).isEqualTo(2);
            assertThat(letter.failure().type()).isEqualTo(IllegalStateException.class.getName());
        });
    }

    @Test
    void a_place_beyond_the_batch_names_no_change_and_the_rules_look_at_its_cause() {
        FailureRules rules = new FailureRules(
                List.of(Throwable.class),
                List.of(IllegalStateException.class),
                List.of(IllegalArgumentException.class));
        bench.with(batched(3).retrying(attempts(4).withRules(rules)).whenExhausted(Exhausted.SKIP), called(changes -> {
                    throw new BatchFailure(
                            changes.size(),
                            changes.contains(4)
                                    ? new IllegalArgumentException("of all")
                                    : new IllegalStateException("no"));
                }))
                .start();

        feed(6);
        await().until(() -> bench.rig.dispatcher.state("a").phase() == Phase.FAILED);

        assertThat(bench.counts("a").retried()).isZero();
        assertThat(bench.counts("a").skipped()).isEqualTo(3);
        assertThat(bench.rig.position("a")).isEqualTo(3);
        assertThat(bench.rig.dispatcher.state("a").reason()).hasRootCauseInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void what_fails_without_a_place_is_found_by_halves() {
        bench.with(batched(8).retrying(attempts(1)).whenExhausted(Exhausted.SKIP), called(changes -> {
                    if (changes.contains(6)) {
                        throw new IllegalStateException("no");
                    }
                    return null;
                }))
                .start();

        feed(8);
        await().until(() -> bench.rig.position("a") == 8);

        assertThat(calls)
                .containsExactly(
                        List.of(1, 2, 3, 4, 5, 6, 7, 8),
                        List.of(1),
                        List.of(2, 3, 4, 5),
                        List.of(6, 7, 8),
                        List.of(6, 7),
                        List.of(6),
                        List.of(7),
                        List.of(8));
        assertThat(bench.counts("a").skipped()).isEqualTo(1);
        assertThat(bench.counts("a").handled()).isEqualTo(7);
    }

    @Test
    void a_call_that_fails_for_all_is_tried_again_as_a_whole() {
        AtomicBoolean down = new AtomicBoolean(true);
        bench.with(batched(4).retrying(attempts(3)).whenExhausted(Exhausted.DEAD_LETTER), called(changes -> {
                    if (down.get()) {
                        throw new IllegalStateException("down");
                    }
                    return null;
                }))
                .start();

        feed(4);
        await().until(() -> bench.counts("a").retried() == 1);
        down.set(false);
        advanceUntilPosition(4);

        assertThat(calls).containsExactly(List.of(1, 2, 3, 4), List.of(1), List.of(1, 2, 3, 4));
        assertThat(attempted).extracting(Attempt::number).containsExactly(1, 1, 2);
        assertThat(bench.counts("a").handled()).isEqualTo(4);
        assertThat(bench.counts("a").deadLettered()).isZero();
    }

    @Test
    void when_all_attempts_of_a_whole_batch_fail_each_change_becomes_a_dead_letter_and_later_ones_are_parked() {
        bench.with(batched(4).retrying(attempts(2)).whenExhausted(Exhausted.DEAD_LETTER), called(changes -> {
                    throw new IllegalStateException("down");
                }))
                .start();

        bench.rig.stream.feed(items.insert(1, 1));
        bench.rig.stream.feed(items.insert(2, 2));
        bench.rig.stream.feed(items.update(3, 1));
        bench.rig.stream.feed(items.insert(4, 4));
        advanceUntilPosition(4);

        assertThat(bench.counts("a").deadLettered()).isEqualTo(3);
        assertThat(bench.counts("a").parked()).isEqualTo(1);
    }

    @Test
    void with_stop_the_handler_stops_before_the_change_that_fails() {
        bench.with(batched(4).ordered(Ordering.STREAM), called(changes -> {
                    if (changes.contains(3)) {
                        throw new IllegalStateException("no");
                    }
                    return null;
                }))
                .start();

        feed(4);
        await().until(() -> bench.rig.dispatcher.state("a").phase() == Phase.FAILED);

        assertThat(bench.rig.position("a")).isEqualTo(2);
        assertThat(bench.counts("a").handled()).isEqualTo(2);
    }

    @Test
    void an_exception_to_stop_on_stops_before_the_batch() {
        FailureRules rules =
                new FailureRules(List.of(Throwable.class), List.of(), List.of(IllegalStateException.class));
        bench.with(batched(3).retrying(attempts(5).withRules(rules)), called(changes -> {
                    throw new IllegalStateException("credentials");
                }))
                .start();

        feed(3);
        await().until(() -> bench.rig.dispatcher.state("a").phase() == Phase.FAILED);

        assertThat(calls).hasSize(1);
        assertThat(bench.rig.position("a")).isEqualTo(-1);
    }

    @Test
    void the_lane_waits_for_what_the_handler_returns() {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        bench.with(
                        batched(2),
                        called(changes -> Mono.delay(Duration.ofMillis(1))
                                .doOnSubscribe(begun -> most.accumulateAndGet(running.incrementAndGet(), Math::max))
                                .doOnTerminate(running::decrementAndGet)))
                .start();

        feed(10);
        await().until(() -> bench.rig.position("a") == 10);

        assertThat(most).hasValue(1);
        assertThat(calls).hasSize(5);
    }

    @Test
    void a_stop_lets_the_running_batch_end_and_leaves_the_next_to_the_next_start() throws InterruptedException {
        CountDownLatch go = new CountDownLatch(1);
        bench.with(batched(2), called(changes -> {
                    waitFor(go);
                    return null;
                }))
                .start();
        feed(5);
        await().until(() -> calls.size() == 1);

        Mono<Void> stopped = bench.rig.dispatcher.stop(Duration.ofMinutes(1)).cache();
        stopped.subscribe();
        go.countDown();
        stopped.block(Duration.ofSeconds(30));

        assertThat(calls).containsExactly(List.of(1, 2));
        assertThat(bench.rig.position("a")).isEqualTo(2);
    }

    @Test
    void lanes_take_batches_of_their_own_and_keep_the_order_of_each_document() {
        bench.with(batched(5).concurrency(4), called(changes -> null)).start();

        for (int sequence = 1; sequence <= 200; sequence++) {
            bench.rig.stream.feed(items.update(sequence, sequence % 7));
        }
        advanceUntilPosition(200);

        for (int document = 0; document < 7; document++) {
            int each = document;
            assertThat(calls.stream().flatMap(List::stream).filter(sequence -> sequence % 7 == each))
                    .isSorted();
        }
        assertThat(calls).allSatisfy(call -> assertThat(call).hasSizeLessThanOrEqualTo(5));
    }

    private static Declared batched(int size) {
        return handler("a").batched(size, LINGER);
    }

    private void feed(int changes) {
        IntStream.rangeClosed(1, changes).forEach(sequence -> bench.rig.stream.feed(items.insert(sequence, sequence)));
    }

    private void advanceUntilPosition(int position) {
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            bench.rig.time.advanceTimeBy(Duration.ofSeconds(1));
            return bench.rig.position("a") == position;
        });
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private interface Handling {

        @Nullable
        Publisher<?> handle(List<Integer> sequences);
    }

    /** Notes what it is called with. */
    private Invoker called(Handling handling) {
        return new Invoker() {
            @Override
            public @Nullable Publisher<?> invoke(Change change, Attempt attempt, @Nullable ClientSession session) {
                return invokeBatch(List.of(change), attempt, session);
            }

            @Override
            public @Nullable Publisher<?> invokeBatch(
                    List<Change> changes, Attempt attempt, @Nullable ClientSession session) {
                List<Integer> sequences = changes.stream()
                        .map(change -> change.raw().clusterTime().getInc())
                        .toList();
                calls.add(sequences);
                attempted.add(attempt);
                return handling.handle(sequences);
            }
        };
    }
}
