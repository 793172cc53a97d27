package dev.onchange.engine.timing;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before a stream is opened again: twice as long after each failure that follows another.
 *
 * @param first after the first failure
 * @param longest never longer than that
 * @param jitter by which part, from 0 to 1, a wait is shortened at random, so that many streams do not come back at
 *     once
 */
public record Backoff(Duration first, Duration longest, double jitter) {

    public Backoff {
        if (first.isNegative() || first.isZero() || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException("0 < first <= longest is not so: " + first + ", " + longest);
        }
        if (!(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException("0 <= jitter <= 1 is not so: " + jitter);
        }
    }

    /** @param attempt the number of the failure, from 1 */
    public Duration before(int attempt, RandomGenerator random) {
        double doubled = first.toMillis() * Math.pow(2, Math.min(attempt, 32) - 1.0);
        double wait = Math.min(doubled, (double) longest.toMillis());
        return Duration.ofMillis(Math.max(1, Math.round(wait * (1 - jitter * random.nextDouble()))));
    }
}
