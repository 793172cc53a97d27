package dev.onchange.engine.timing;

import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * Time and random numbers, which the engine takes from outside, so that tests can set them.
 *
 * @param clock dates events and states
 * @param random varies delays
 * @param timer ends delays; nothing that blocks runs on it
 * @param background runs work that blocks and is no handler's
 */
public record Timing(Clock clock, RandomGenerator random, Scheduler timer, Scheduler background) {

    /** With Reactor's shared schedulers. */
    public static Timing onSharedSchedulers(Clock clock, RandomGenerator random) {
        return new Timing(clock, random, Schedulers.parallel(), Schedulers.boundedElastic());
    }

    /** How long to wait after a failure, from 1; the random generator need not be safe for use by several threads. */
    public Duration delayAfter(int failure, Backoff backoff) {
        synchronized (random) {
            return backoff.delayAfter(failure, random);
        }
    }

    /** Has work done again after failures for which that is worth while, so many times, with these waits in between. */
    public Retry retry(Backoff backoff, long times, Predicate<Throwable> isWorthWhile) {
        return Retry.from(failures -> failures.concatMap(failed -> {
            long before = failed.totalRetries();
            return before >= times || !isWorthWhile.test(failed.failure())
                    ? Mono.error(failed.failure())
                    : Mono.delay(delayAfter((int) Math.min(before + 1, Integer.MAX_VALUE), backoff), timer);
        }));
    }

    /** The same, with a timer that passes on what its tasks throw. */
    public Timing guarded(Consumer<Throwable> whenThrown) {
        return new Timing(clock, random, new GuardedScheduler(timer, whenThrown), background);
    }
}
