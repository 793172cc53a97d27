package dev.onchange;

import dev.onchange.engine.scan.rule.Durations;
import dev.onchange.engine.timing.Backoff;
import java.time.Duration;
import java.util.List;
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

    /** What {@link Retry} says where nothing is written. */
    public static final RetryPolicy DEFAULT = ofDefault();

    /** The same with this many attempts at most, the first included. */
    public RetryPolicy withAttempts(int most) {
        return new RetryPolicy(most, backoff, multiplier, maxBackoff, jitter, rules);
    }

    /** The same with another wait after the first failure, and another longest one. */
    public RetryPolicy withBackoff(Duration first, Duration longest) {
        return new RetryPolicy(attempts, first, multiplier, longest, jitter, rules);
    }

    /** The same with waits that grow by another factor. */
    public RetryPolicy withMultiplier(double factor) {
        return new RetryPolicy(attempts, backoff, factor, maxBackoff, jitter, rules);
    }

    /** The same with waits varied by another share, from 0 to 1. */
    public RetryPolicy withJitter(double share) {
        return new RetryPolicy(attempts, backoff, multiplier, maxBackoff, share, rules);
    }

    /** The same with other rules about what is worth another attempt. */
    public RetryPolicy withRules(FailureRules others) {
        return new RetryPolicy(attempts, backoff, multiplier, maxBackoff, jitter, others);
    }

    /** What follows when attempt number {@code attempt} (from 1) failed with {@code failure}. */
    public FailureRules.Answer after(int attempt, Throwable failure) {
        FailureRules.Answer answer = rules.answer(failure);
        return answer == FailureRules.Answer.RETRY && attempt >= attempts ? FailureRules.Answer.EXHAUSTED : answer;
    }

    /** The wait after attempt number {@code attempt} (from 1) has failed. */
    public Duration waitAfter(int attempt, RandomGenerator random) {
        return new Backoff(backoff, multiplier, maxBackoff, jitter).delayAfter(attempt, random);
    }

    private static RetryPolicy ofDefault() {
        try {
            Retry retry = (Retry) OnChange.class.getMethod("retry").getDefaultValue();
            return new RetryPolicy(
                    retry.attempts(),
                    Durations.parse(retry.backoff()),
                    retry.multiplier(),
                    Durations.parse(retry.maxBackoff()),
                    retry.jitter(),
                    new FailureRules(List.of(retry.on()), List.of(retry.except()), List.of(retry.stopOn())));
        } catch (NoSuchMethodException e) {
            throw new LinkageError("OnChange has no retry()", e);
        }
    }
}
