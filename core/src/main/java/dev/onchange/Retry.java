package dev.onchange;

import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * How often and how soon a failed handler is called again. The wait before attempt <i>n</i>+1 is
 * {@code backoff × multiplier^(n-1)}, at most {@code maxBackoff}, varied by ± {@code jitter}. Waiting blocks no
 * thread and no other document's changes.
 *
 * <p>Of the exceptions named in {@link #on()}, {@link #except()} and {@link #stopOn()} the class nearest to what was
 * thrown decides; what none of them stands for is not tried again. Causes do not count, but what merely wraps an
 * exception of another thread or of a reflective call, like {@link java.util.concurrent.CompletionException}, is looked
 * into. A {@link PayloadException} is tried again only if it is named itself.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({})
public @interface Retry {

    /** How often the handler is called at most, the first time included; at least 1. */
    int attempts() default 5;

    /** The wait after the first failure, as an ISO-8601 duration or in short form: {@code 100ms}, {@code 2s}, {@code 5m}. */
    String backoff() default "100ms";

    /** The factor by which the wait grows; at least 1. */
    double multiplier() default 2.0;

    /** The longest wait, in the form of {@link #backoff()}. */
    String maxBackoff() default "30s";

    /** The share, from 0 to 1, by which a wait is varied at random. */
    double jitter() default 0.2;

    /** Exceptions that are worth another attempt, subclasses included; by default all. */
    Class<? extends Throwable>[] on() default {Throwable.class};

    /** Exceptions that are not, subclasses included: what follows the last attempt follows at once. */
    Class<? extends Throwable>[] except() default {};

    /**
     * Exceptions at which the handler stops at once, subclasses included, whatever {@link OnChange#exhausted()} says: it
     * keeps its position before the change, and other handlers go on. For what would befall every other change as well,
     * like credentials that were withdrawn.
     */
    Class<? extends Throwable>[] stopOn() default {};
}
