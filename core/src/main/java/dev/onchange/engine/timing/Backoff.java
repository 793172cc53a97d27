package dev.onchange.engine.timing;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait between attempts: longer after each failure that follows another, up to a limit.
 *
 * @param first after the first failure
 * @param multiplier by which the delay grows with each further failure, at least 1
 * @param longest the delay does not grow beyond it
 * @param jitter by which part, from 0 to 1, a delay is lengthened or shortened at random, so that many clients do not
 *     come back at once
 */
public record Backoff(Duration first, double multiplier, Duration longest, double jitter) {

    public Backoff {
        if (first.isNegative() || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException("0 <= first <= longest is not so: " + first + ", " + longest);
        }
        if (!(multiplier >= 1)) {
            throw new IllegalArgumentException("1 <= multiplier is not so: " + multiplier);
        }
        if (!(jitter >= 0 && jitter <= 1)) {
            throw new IllegalArgumentException("0 <= jitter <= 1 is not so: " + jitter);
        }
    }

    /** @param failure the number of the failure in a row, from 1 */
    public Duration delayAfter(int failure, RandomGenerator random) {
        double nanos = Math.min(first.toNanos() * Math.pow(multiplier, failure - 1.0), (double) longest.toNanos());
        double varied = nanos * (1 + jitter * (2 * random.nextDouble() - 1));
        return Duration.ofNanos((long) varied);
    }
}
