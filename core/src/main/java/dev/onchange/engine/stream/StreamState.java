package dev.onchange.engine.stream;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The state of a stream.
 *
 * @param phase its phase
 * @param since since when
 * @param reopened how often it was reopened after a failure
 * @param reason why it is not open; null if it is
 */
public record StreamState(
        Phase phase, Instant since, long reopened, @Nullable Throwable reason) {

    /** The phases of a stream. */
    public enum Phase {
        /** Waits for the server's first answer. */
        OPENING,
        /** Delivers. */
        OPEN,
        /** Failed, and waits before it tries again. */
        REOPENING,
        /** Failed for good. */
        FAILED,
        /** Closed as asked. */
        CLOSED
    }
}
