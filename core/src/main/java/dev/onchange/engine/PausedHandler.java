package dev.onchange.engine;

import dev.onchange.checkpoint.Position;
import org.jspecify.annotations.Nullable;

/**
 * That a handler receives nothing.
 *
 * @param reason why it stopped by itself; null if it was paused
 * @param start where it goes on
 */
record PausedHandler(@Nullable Throwable reason, StartPosition start) {

    @Nullable
    Position position() {
        return start.position();
    }
}
