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
 */
public record Attempt(
        int number, int maximum, Instant firstAt, @Nullable Throwable lastFailure) {

    /** Whether no attempt follows if this one fails. */
    public boolean isLast() {
        return number >= maximum;
    }
}
