package dev.onchange;

import dev.onchange.checkpoint.Position;
import org.jspecify.annotations.Nullable;

/**
 * That a handler receives nothing.
 *
 * @param reason why it stopped by itself; null if it was paused
 * @param start where it goes on
 */
record Rest(@Nullable Throwable reason, HandlerStart start) {

    @Nullable
    Position position() {
        return start.position();
    }
}
