package dev.onchange.engine.retry;

import dev.onchange.RetryPolicy;
import java.time.Clock;
import java.time.Duration;
import java.util.random.RandomGenerator;
import reactor.core.scheduler.Scheduler;

/**
 * Time and chance, which come in from outside.
 *
 * @param clock tells when attempts began
 * @param timer lets waits end
 * @param random varies waits
 */
public record Chance(Clock clock, Scheduler timer, RandomGenerator random) {

    /** The generator need not be safe for use by several threads. */
    public Duration delayAfter(int attempt, RetryPolicy policy) {
        synchronized (random) {
            return policy.waitAfter(attempt, random);
        }
    }
}
