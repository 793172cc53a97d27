package dev.onchange;

import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Lets a handler take many changes in one call, as a {@code List<ChangeEvent<T>>}, a {@code List<ChangeStreamDocument<T>>} or
 * a {@code List<T>}: the changes that have come, in their order, as soon as there are {@link #size()} of them or the first has
 * lingered for {@link #linger()}. A call may get fewer, also a single one.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({})
public @interface Batch {

    /** How many changes one call gets at most, from 1 to 4,096; 0 for no batches. */
    int size() default 500;

    /**
     * How long the first change of a batch waits for more, at most a minute, as an ISO-8601 duration or in short form:
     * {@code 100ms}, {@code 2s}; with {@code 0s} a call gets what is there.
     */
    String linger() default "200ms";
}
