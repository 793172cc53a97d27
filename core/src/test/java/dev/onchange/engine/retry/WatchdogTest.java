package dev.onchange.engine.retry;

import static dev.onchange.engine.plan.Declared.attempts;
import static dev.onchange.engine.plan.Declared.handler;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.mongodb.reactivestreams.client.ClientSession;
import dev.onchange.Attempt;
import dev.onchange.Exhausted;
import dev.onchange.HandlerTimeoutException;
import dev.onchange.deadletter.DeadLetter;
import dev.onchange.engine.decode.Change;
import dev.onchange.engine.dispatch.ChangesOf;
import dev.onchange.engine.invoke.Invoker;
import dev.onchange.engine.plan.Declared;
import dev.onchange.engine.timing.Timing;
import dev.onchange.status.HandlerState.Phase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

class WatchdogTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(8);

    private final ChangesOf items = new ChangesOf("shop", "items");
    private final Queue<Integer> begun = new ConcurrentLinkedQueue<>();
    private final Queue<Integer> handled = new ConcurrentLinkedQueue<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private final Bench bench = Bench.empty("watchdog_test");
    private final Watchdog watchdog = new Watchdog(TIMEOUT, bench.rig.time);

    @AfterEach
    void close() {
        end.countDown();
        watchdog.close();
        bench.close();
    }

    @Test
    void a_call_that_takes_too_long_is_interrupted_and_has_failed_with_the_stack_of_its_thread() {
        Invoker hangs = (change, attempt, session) -> {
            begun.add(attempt.number());
            if (attempt.number() == 1) {
                waitHere();
            }
            return null;
        };

        assertInterruptedOnceAndThenHandled(hangs);
    }

    @Test
    void a_call_that_takes_no_notice_of_an_interrupt_is_given_up_and_another_thread_goes_on() {
        bench.with(deadLettering().retrying(attempts(5)), this::deafAtOne, watchdog)
                .start();

        bench.rig.stream.feed(items.insert(1, 1), items.insert(2, 2), items.insert(3, 1));
        await().until(() -> begun.contains(1));
        letTimeoutPass();
        letTimeoutPass();

        await().until(() -> bench.rig.position("a") == 3);
        assertThat(handled).containsExactly(2);
        assertThat(bench.stored()).extracting(DeadLetter::parked).containsExactly(false, true);
        assertThat(bench.stored().get(0).failure().stack()).contains("deafAtOne");

        end.countDown();
        bench.rig.stream.feed(items.insert(4, 4));

        await().untilAsserted(() -> assertThat(handled).contains(4));
        assertThat(bench.counts("a").deadLettered()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_call_that_ends_with_a_failure_while_it_is_given_up_is_not_taken_for_handled(boolean inBatches) {
        AtomicReference<Thread> called = new AtomicReference<>();
        Invoker deaf = failingOnceItEnds(called);
        Declared declared = inBatches ? deadLettering().batched(1, Duration.ZERO) : deadLettering();
        Timing timing = lookingAtTheClock(() -> {
            Thread thread = called.get();
            if (thread != null && end.getCount() > 0) {
                end.countDown();
                await().until(() -> handled.size() == 1 && thread.getState() == Thread.State.WAITING);
            }
        });
        bench.with(declared, deaf, watchdog, timing).start();

        bench.rig.stream.feed(items.insert(1, 1));
        await().until(() -> called.get() != null);
        letTimeoutPass();
        letTimeoutPass();

        await().until(() -> bench.rig.position("a") == 1);
        assertThat(end.getCount()).isZero();
        assertThat(bench.counts("a").deadLettered()).isEqualTo(1);
        assertThat(bench.counts("a").handled()).isZero();
        assertThat(bench.stored()).hasSize(1);
    }

    @Test
    void a_handler_whose_threads_get_lost_one_after_the_other_is_stopped() {
        Invoker deaf = (change, attempt, session) -> {
            begun.add(1);
            waitDeaf();
            return null;
        };
        bench.with(deadLettering(), deaf, watchdog).start();

        IntStream.rangeClosed(1, 9).forEach(i -> bench.rig.stream.feed(items.insert(i, i)));

        await().until(() -> {
            letTimeoutPass();
            return bench.rig.dispatcher.state("a").phase() == Phase.FAILED;
        });
        assertThat(begun).hasSize(5);
        await().untilAsserted(() -> assertThat(bench.rig.position("a")).isEqualTo(4));
    }

    @Test
    void a_publisher_that_does_not_complete_in_time_is_cancelled_and_has_failed() {
        AtomicBoolean cancelled = new AtomicBoolean();
        Invoker never = (change, attempt, session) -> {
            begun.add(1);
            return Mono.never().doOnCancel(() -> cancelled.set(true));
        };
        bench.with(handler("a").whenExhausted(Exhausted.SKIP), never, watchdog).start();

        bench.rig.stream.feed(items.insert(1, 1));
        await().until(() -> begun.size() == 1);
        await().until(() -> {
            letTimeoutPass();
            return bench.counts("a").skipped() == 1;
        });

        assertThat(cancelled).isTrue();
        assertThat(bench.rig.dispatcher.state("a").lastFailure()).isInstanceOf(HandlerTimeoutException.class);
    }

    @Test
    void a_publisher_that_holds_the_thread_that_subscribes_is_interrupted_and_has_failed() {
        Invoker holds = (change, attempt, session) -> {
            begun.add(attempt.number());
            return Mono.fromCallable(() -> {
                if (attempt.number() == 1) {
                    waitHere();
                }
                return attempt;
            });
        };

        assertInterruptedOnceAndThenHandled(holds);
    }

    @Test
    void one_that_takes_no_notice_of_the_interrupt_is_given_up() {
        Invoker deaf = (change, attempt, session) -> {
            int sequence = change.raw().clusterTime().getInc();
            return Mono.fromRunnable(() -> {
                begun.add(sequence);
                if (sequence == 1) {
                    waitDeaf();
                }
                handled.add(sequence);
            });
        };
        bench.with(deadLettering().retrying(attempts(5)), deaf, watchdog).start();

        bench.rig.stream.feed(items.insert(1, 1), items.insert(2, 2));
        await().until(() -> begun.contains(1));
        letTimeoutPass();
        letTimeoutPass();

        await().until(() -> bench.rig.position("a") == 2);
        assertThat(handled).containsExactly(2);
        assertThat(bench.stored()).singleElement().satisfies(letter -> {
            assertThat(letter.attempts()).isEqualTo(1);
            assertThat(letter.failure().stack()).contains("waitDeaf");
        });

        end.countDown();
        await().untilAsserted(() -> assertThat(handled).contains(1));
        bench.rig.stream.feed(items.insert(3, 3));

        await().until(() -> bench.rig.position("a") == 3);
        assertThat(bench.counts("a").handled()).isEqualTo(2);
    }

    /** @param hangs at its first attempt, in {@code waitHere} */
    private void assertInterruptedOnceAndThenHandled(Invoker hangs) {
        bench.with(handler("a").retrying(attempts(2)), hangs, watchdog).start();

        bench.rig.stream.feed(items.insert(1, 1));
        await().until(() -> begun.size() == 1);
        letTimeoutPass();
        await().until(() -> bench.counts("a").retried() == 1);

        assertThat(bench.rig.dispatcher.state("a").lastFailure())
                .isInstanceOf(HandlerTimeoutException.class)
                .hasMessageContaining("PT8S")
                .hasStackTraceContaining("waitHere");

        bench.rig.time.advanceTimeBy(Duration.ofSeconds(1));

        await().until(() -> bench.counts("a").handled() == 1);
    }

    private Invoker failingOnceItEnds(AtomicReference<Thread> called) {
        return new Invoker() {
            @Override
            public @Nullable Publisher<?> invoke(Change change, Attempt attempt, @Nullable ClientSession session) {
                called.set(Thread.currentThread());
                waitDeaf();
                handled.add(1);
                throw new IllegalStateException("no");
            }

            @Override
            public @Nullable Publisher<?> invokeBatch(
                    List<Change> changes, Attempt attempt, @Nullable ClientSession session) {
                return invoke(changes.get(0), attempt, session);
            }
        };
    }

    /** @param look run on the thread that advances the time, whenever that looks at the clock */
    private Timing lookingAtTheClock(Runnable look) {
        Thread advancing = Thread.currentThread();
        Clock clock = new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                if (Thread.currentThread().equals(advancing)) {
                    look.run();
                }
                return Instant.now();
            }
        };
        return new Timing(clock, new Random(7), bench.rig.time, bench.rig.time);
    }

    private @Nullable Publisher<?> deafAtOne(Change change, Attempt attempt, @Nullable ClientSession session) {
        int sequence = change.raw().clusterTime().getInc();
        begun.add(sequence);
        if (sequence == 1) {
            waitDeaf();
        }
        handled.add(sequence);
        return null;
    }

    private static Declared deadLettering() {
        return handler("a").whenExhausted(Exhausted.DEAD_LETTER);
    }

    private void waitHere() throws InterruptedException {
        end.await();
    }

    private void waitDeaf() {
        while (end.getCount() > 0) {
            try {
                end.await();
            } catch (InterruptedException deaf) {
                // As code does that catches everything.
                continue;
            }
        }
    }

    private void letTimeoutPass() {
        // A call is told at the look after the one at which its time was up.
        bench.rig.time.advanceTimeBy(TIMEOUT.multipliedBy(9).dividedBy(8));
    }
}
