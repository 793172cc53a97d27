package dev.onchange.retry;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How often and how soon a failed handler is called again.
 *
 * @param attempts how often it is called at most, the first time included; at least 1
 * @param backoff the wait after the first failure
 * @param multiplier the factor by which the wait grows; at least 1
 * @param maxBackoff the longest wait before jitter
 * @param jitter the share, from 0 to 1, by which a wait is varied at random
 * @param rules which failures are worth another attempt
 */
public record RetryPolicy(
        int attempts, Duration backoff, double multiplier, Duration maxBackoff, double jitter, FailureRules rules) {

    /** What follows when attempt number {@code attempt} (from 1) failed with {@code failure}. */
    public FailureRules.Answer after(int attempt, Throwable failure) {
        FailureRules.Answer answer = rules.answer(failure);
        return answer == FailureRules.Answer.RETRY && attempt >= attempts ? FailureRules.Answer.EXHAUSTED : answer;
    }

    /** The wait after attempt number {@code attempt} (from 1) has failed. */
    public Duration waitAfter(int attempt, RandomGenerator random) {
        double nanos = Math.min(backoff.toNanos() * Math.pow(multiplier, attempt - 1.0), (double) maxBackoff.toNanos());
        double varied = nanos * (1 + jitter * (2 * random.nextDouble() - 1));
        return Duration.ofNanos((long) varied);
    }
}
