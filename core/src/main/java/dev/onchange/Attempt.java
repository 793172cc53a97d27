package dev.onchange;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which attempt at a change this is; a handler may take it as a parameter.
 *
 * @param number counts from 1
 * @param maximum how many attempts there are at most
 * @param firstAt when the first attempt began
 * @param lastFailure why the attempt before this one failed; null at the first
 * @param term the fencing token: where several instances run, each that takes the handler over has a greater one than all
 *     before it. A system outside MongoDB that keeps the greatest it has seen can refuse what comes with a lesser one, from
 *     a process that was frozen. 0 where nothing is shared
 */
public record Attempt(
        int number, int maximum, Instant firstAt, @Nullable Throwable lastFailure, long term) {

    /** One where nothing is shared. */
    public Attempt(int number, int maximum, Instant firstAt, @Nullable Throwable lastFailure) {
        this(number, maximum, firstAt, lastFailure, 0);
    }

    /** Whether no attempt follows if this one fails. */
    public boolean isLast() {
        return number >= maximum;
    }
}
