package dev.onchange.engine.scan;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When and for how long a handler is called.
 *
 * @param paused whether it is paused until it is resumed
 * @param timeout how long a call may take; null for what the listeners say
 */
public record CallOptions(boolean paused, @Nullable Duration timeout) {

    /** What is so where nothing is said. */
    public static final CallOptions DEFAULT = new CallOptions(false, null);
}
