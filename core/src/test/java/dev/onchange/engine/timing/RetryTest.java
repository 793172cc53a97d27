package dev.onchange.engine.timing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Work that is done again waits as the back-off says, by the timer that came from outside. */
class RetryTest {

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final Timing timing = new Timing(Clock.systemUTC(), new Random(7), time, time);
    private final Backoff backoff = new Backoff(Duration.ofSeconds(1), 2, Duration.ofSeconds(3), 0);
    private final AtomicInteger calls = new AtomicInteger();

    @Test
    void each_wait_is_longer_than_the_one_before_up_to_the_longest() {
        Mono<Integer> work = failing(3, new IllegalStateException("busy"))
                .retryWhen(timing.retry(backoff, Long.MAX_VALUE, failure -> true));

        StepVerifier.create(work)
                .then(() -> time.advanceTimeBy(Duration.ofSeconds(1)))
                .then(() -> assertThat(calls).hasValue(2))
                .then(() -> time.advanceTimeBy(Duration.ofSeconds(2)))
                .then(() -> assertThat(calls).hasValue(3))
                .then(() -> time.advanceTimeBy(Duration.ofSeconds(3)))
                .expectNext(4)
                .verifyComplete();
    }

    @Test
    void what_is_not_worth_while_or_goes_on_too_often_fails_as_it_failed_last() {
        IllegalStateException busy = new IllegalStateException("busy");

        StepVerifier.create(failing(9, busy).retryWhen(timing.retry(backoff, 9, failure -> failure != busy)))
                .verifyErrorMatches(failure -> failure == busy);
        StepVerifier.create(failing(9, busy).retryWhen(timing.retry(backoff, 1, failure -> true)))
                .then(() -> time.advanceTimeBy(Duration.ofSeconds(1)))
                .verifyErrorMatches(failure -> failure == busy);
        assertThat(calls).hasValue(3);
    }

    private Mono<Integer> failing(int times, RuntimeException failure) {
        return Mono.fromCallable(() -> {
            int call = calls.incrementAndGet();
            if (call <= times) {
                throw failure;
            }
            return call;
        });
    }
}
