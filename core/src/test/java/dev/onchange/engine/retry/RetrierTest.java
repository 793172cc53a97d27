package dev.onchange.engine.retry;

import static dev.onchange.engine.plan.Declared.attempts;
import static dev.onchange.engine.plan.Declared.handler;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.reactivestreams.client.ClientSession;
import dev.onchange.Attempt;
import dev.onchange.Exhausted;
import dev.onchange.FailureRules;
import dev.onchange.OnChangeException;
import dev.onchange.PayloadException;
import dev.onchange.RetryPolicy;
import dev.onchange.engine.decode.Change;
import dev.onchange.engine.dispatch.ChangesOf;
import dev.onchange.engine.invoke.Invoker;
import dev.onchange.status.HandlerState;
import dev.onchange.status.HandlerState.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Schedulers;

class RetrierTest {

    private final ChangesOf items = new ChangesOf("shop", "items");
    private final Queue<Attempt> attempted = new ConcurrentLinkedQueue<>();
    private final Bench bench = Bench.empty("retrier_test");

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void after_each_failed_attempt_the_wait_grows() {
        bench.with(handler("a").retrying(attempts(3)), failing("no")).start();

        bench.rig.stream.feed(items.insert(1, 1));
        await().until(() -> bench.counts("a").retried() == 1);
        bench.rig.time.advanceTimeBy(Duration.ofMillis(999));
        assertThat(attempted).hasSize(1);
        bench.rig.time.advanceTimeBy(Duration.ofMillis(1));
        await().until(() -> bench.counts("a").retried() == 2);
        bench.rig.time.advanceTimeBy(Duration.ofMillis(1_999));
        assertThat(attempted).hasSize(2);
        bench.rig.time.advanceTimeBy(Duration.ofMillis(1));

        await().until(() -> bench.rig.dispatcher.state("a").phase() == Phase.FAILED);
        assertThat(attempted).extracting(Attempt::number).containsExactly(1, 2, 3);
        assertThat(attempted).extracting(Attempt::isLast).containsExactly(false, false, true);
        assertThat(List.copyOf(attempted).get(0).lastFailure()).isNull();
        assertThat(List.copyOf(attempted).get(2).lastFailure()).hasMessage("no");
    }

    @Test
    void an_error_takes_the_same_way_as_an_exception() {
        Invoker broken = (change, attempt, session) -> {
            throw new NoClassDefFoundError("gone");
        };
        bench.with(handler("a").whenExhausted(Exhausted.SKIP), broken).start();

        bench.rig.stream.feed(items.insert(1, 1));

        await().until(() -> bench.counts("a").skipped() == 1);
        assertThat(bench.rig.dispatcher.state("a").lastFailure()).isInstanceOf(NoClassDefFoundError.class);
        assertThat(bench.rig.position("a")).isEqualTo(1);
    }

    @Test
    void a_publisher_that_fails_takes_the_same_way_as_an_exception() {
        Invoker broken = (change, attempt, session) -> {
            attempted.add(attempt);
            return attempt.number() == 1 ? Mono.error(new IllegalStateException("no")) : Flux.just(1, 2);
        };
        bench.with(handler("a").retrying(attempts(2)), broken).start();

        bench.rig.stream.feed(items.insert(1, 1));
        await().until(() -> bench.counts("a").retried() == 1);
        bench.rig.time.advanceTimeBy(Duration.ofSeconds(1));

        await().until(() -> bench.counts("a").handled() == 1);
        assertThat(attempted).hasSize(2);
    }

    @Test
    void a_publisher_that_throws_something_fatal_when_subscribed_to_takes_the_same_way() {
        Invoker broken = (change, attempt, session) -> Mono.defer(() -> {
            throw new StackOverflowError();
        });
        bench.with(handler("a").whenExhausted(Exhausted.SKIP), broken).start();

        bench.rig.stream.feed(items.insert(1, 1), items.insert(2, 2));

        await().until(() -> bench.counts("a").skipped() == 2);
    }

    @Test
    void a_handler_that_is_to_stop_says_why_and_where() {
        bench.with(handler("a").whenExhausted(Exhausted.STOP), failing("no")).start();

        bench.rig.stream.feed(items.insert(1, 1));

        await().until(() -> bench.rig.dispatcher.state("a").phase() == Phase.FAILED);
        assertThat(bench.rig.dispatcher.state("a").reason())
                .isInstanceOf(OnChangeException.class)
                .hasMessageContaining("ONC-1401")
                .hasMessageContaining("no")
                .hasRootCauseMessage("no");
    }

    @Test
    void an_exception_that_is_excepted_from_retries_is_not_retried() {
        RetryPolicy policy = new RetryPolicy(
                5,
                Duration.ofSeconds(1),
                1,
                Duration.ofSeconds(1),
                0,
                new FailureRules(List.of(Throwable.class), List.of(IllegalStateException.class), List.of()));
        bench.with(handler("a").retrying(policy).whenExhausted(Exhausted.SKIP), failing("no"))
                .start();

        bench.rig.stream.feed(items.insert(1, 1));

        await().until(() -> bench.counts("a").skipped() == 1);
        assertThat(attempted).hasSize(1);
    }

    @Test
    void an_exception_to_stop_on_stops_the_handler_at_once_before_the_change_whatever_follows_exhaustion() {
        RetryPolicy policy = new RetryPolicy(
                5,
                Duration.ofSeconds(1),
                1,
                Duration.ofSeconds(1),
                0,
                new FailureRules(List.of(Throwable.class), List.of(), List.of(IllegalStateException.class)));
        bench.with(handler("a").retrying(policy).whenExhausted(Exhausted.DEAD_LETTER), failing("no"))
                .start();

        bench.rig.stream.feed(items.insert(1, 1), items.insert(2, 2));

        await().until(() -> bench.rig.dispatcher.state("a").phase() == Phase.FAILED);
        assertThat(attempted).hasSize(1);
        assertThat(bench.rig.position("a")).isEqualTo(-1);
        assertThat(bench.stored()).isEmpty();
    }

    @Test
    void what_cannot_be_decoded_is_not_tried_again() {
        Invoker undecodable = (change, attempt, session) -> {
            attempted.add(attempt);
            throw new PayloadException("no", new IllegalArgumentException());
        };
        bench.with(handler("a").retrying(attempts(3)).whenExhausted(Exhausted.DEAD_LETTER), undecodable)
                .start();

        bench.rig.stream.feed(items.insert(1, 1));

        await().until(() -> bench.counts("a").deadLettered() == 1);
        assertThat(attempted).hasSize(1);
    }

    @Test
    void a_handler_that_overflows_its_stack_or_finds_no_memory_takes_the_same_way_and_the_next_change_is_handled() {
        Invoker broken =
                (change, attempt, session) -> switch (change.raw().clusterTime().getInc()) {
                    case 1 -> endless(change, attempt);
                    case 2 -> throw new OutOfMemoryError("a large array");
                    default -> null;
                };
        bench.with(handler("a").whenExhausted(Exhausted.SKIP), broken).start();

        bench.rig.stream.feed(items.insert(1, 1), items.insert(2, 2), items.insert(3, 3));

        await().until(() -> bench.counts("a").handled() == 1);
        assertThat(bench.counts("a").skipped()).isEqualTo(2);
    }

    @Test
    void a_handler_that_leaves_its_thread_interrupted_does_not_interrupt_the_next_change() {
        Queue<Boolean> interrupted = new ConcurrentLinkedQueue<>();
        Invoker interrupting = (change, attempt, session) -> {
            interrupted.add(Thread.currentThread().isInterrupted());
            Thread.currentThread().interrupt();
            return null;
        };
        bench.with(handler("a"), interrupting).start();

        bench.rig.stream.feed(items.insert(1, 1), items.insert(2, 1), items.insert(3, 1));

        await().until(() -> bench.counts("a").handled() == 3);
        assertThat(interrupted).containsExactly(false, false, false);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void what_a_call_returns_that_a_stop_has_interrupted_is_cancelled(boolean inBatches) {
        CountDownLatch called = new CountDownLatch(1);
        AtomicBoolean cancelled = new AtomicBoolean();
        Invoker deaf = new Invoker() {
            @Override
            public Publisher<?> invoke(Change change, Attempt attempt, @Nullable ClientSession session) {
                called.countDown();
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException goesOn) {
                    return Mono.never().doOnCancel(() -> cancelled.set(true));
                }
                return Mono.empty();
            }

            @Override
            public Publisher<?> invokeBatch(List<Change> changes, Attempt attempt, @Nullable ClientSession session) {
                return invoke(changes.get(0), attempt, session);
            }
        };
        bench.with(inBatches ? handler("a").batched(1, Duration.ZERO) : handler("a"), deaf)
                .start();
        bench.rig.stream.feed(items.insert(1, 1));
        await().until(() -> called.getCount() == 0);

        bench.rig.dispatcher.stop(Duration.ofSeconds(1)).subscribe();
        bench.rig.time.advanceTimeBy(Duration.ofSeconds(1));

        await().untilTrue(cancelled);
        assertThat(bench.rig.position("a")).isLessThan(1);
        await().until(() -> bench.rig.dispatcher.hasEnded("a"));
    }

    @Test
    void a_future_that_fails_is_judged_by_what_it_failed_with() {
        RetryPolicy policy = new RetryPolicy(
                5,
                Duration.ofSeconds(1),
                1,
                Duration.ofSeconds(1),
                0,
                new FailureRules(List.of(Throwable.class), List.of(IllegalStateException.class), List.of()));
        Invoker failing = (change, attempt, session) -> Mono.fromCompletionStage(CompletableFuture.supplyAsync(() -> {
                    throw new IllegalStateException("no");
                })
                .thenApply(nothing -> nothing));
        bench.with(handler("a").retrying(policy).whenExhausted(Exhausted.SKIP), failing)
                .start();

        bench.rig.stream.feed(items.insert(1, 1));

        await().until(() -> bench.counts("a").skipped() == 1);
    }

    @Test
    void an_error_that_an_operator_throws_on_another_thread_takes_the_same_way() {
        Invoker broken =
                (change, attempt, session) -> Mono.delay(Duration.ofMillis(1)).map(tick -> {
                    throw new NoClassDefFoundError("gone");
                });
        skips(broken, NoClassDefFoundError.class);
    }

    @Test
    void an_error_that_a_source_throws_on_another_thread_takes_the_same_way() {
        Invoker broken = (change, attempt, session) -> Mono.fromRunnable(() -> {
                    throw new NoClassDefFoundError("gone");
                })
                .subscribeOn(Schedulers.boundedElastic());
        skips(broken, NoClassDefFoundError.class);
    }

    @Test
    void a_stack_that_overflows_in_an_operator_on_another_thread_takes_the_same_way() {
        Invoker broken = (change, attempt, session) ->
                Mono.delay(Duration.ofMillis(1)).flatMap(tick -> Mono.from(endless(change, attempt)));
        skips(broken, StackOverflowError.class);
    }

    @Test
    void a_publisher_that_breaks_the_rules_takes_the_same_way() {
        Publisher<?> nullValue = subscriber -> {
            subscriber.onSubscribe(Operators.emptySubscription());
            subscriber.onNext(null);
        };
        Publisher<?> nullFailure = subscriber -> {
            subscriber.onSubscribe(Operators.emptySubscription());
            subscriber.onError(null);
        };
        Publisher<?> nullSubscription = subscriber -> subscriber.onSubscribe(null);
        List<Publisher<?>> broken = List.of(nullValue, nullFailure, nullSubscription);
        Queue<Publisher<?>> next = new ConcurrentLinkedQueue<>(broken);
        bench.with(
                        handler("a").whenExhausted(Exhausted.SKIP),
                        (change, attempt, session) -> subscriber -> Schedulers.parallel()
                                .schedule(() -> next.remove().subscribe(subscriber)))
                .start();

        bench.rig.stream.feed(items.insert(1, 1), items.insert(2, 2), items.insert(3, 3));

        await().until(() -> bench.counts("a").skipped() == 3);
        assertThat(bench.rig.dispatcher.state("a").lastFailure()).hasMessageContaining("subscription");
    }

    @ParameterizedTest
    @EnumSource(Exhausted.class)
    void a_failure_that_cannot_be_put_into_words_takes_the_same_way(Exhausted exhausted) {
        Queue<Publisher<?>> ways = new ConcurrentLinkedQueue<>(List.of(
                Mono.error(new Unspeakable()),
                Mono.delay(Duration.ofMillis(1)).then(Mono.error(new IllegalStateException("no", new Unspeakable())))));
        bench.with(
                        handler("a").retrying(attempts(1)).whenExhausted(exhausted),
                        (change, attempt, session) -> ways.remove())
                .start();

        bench.rig.stream.feed(items.insert(1, 1));
        await().until(() -> settled() == 1);
        if (exhausted != Exhausted.STOP) {
            bench.rig.stream.feed(items.insert(2, 2));
            await().until(() -> settled() == 2);
        }

        assertThat(bench.rig.dispatcher.state("a").toString()).contains("Unspeakable");
    }

    private long settled() {
        HandlerState state = bench.rig.dispatcher.state("a");
        long stopped = state.reason() instanceof OnChangeException ? 1 : 0;
        return state.counts().skipped() + state.counts().deadLettered() + stopped;
    }

    private void skips(Invoker broken, Class<? extends Throwable> failure) {
        bench.with(handler("a").whenExhausted(Exhausted.SKIP), broken).start();

        bench.rig.stream.feed(items.insert(1, 1), items.insert(2, 2));

        await().until(() -> bench.counts("a").skipped() == 2);
        assertThat(bench.rig.dispatcher.state("a").lastFailure()).isInstanceOf(failure);
    }

    private static final class Unspeakable extends RuntimeException {

        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("no words");
        }
    }

    private @Nullable Publisher<?> endless(Change change, Attempt attempt) {
        return endless(change, attempt);
    }

    private Invoker failing(String message) {
        return (change, attempt, session) -> {
            attempted.add(attempt);
            throw new IllegalStateException(message);
        };
    }
}
