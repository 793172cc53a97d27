package dev.onchange.status;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How one change stream fares.
 *
 * @param name as in the plan
 * @param phase where it stands
 * @param since since when
 * @param reopened how often it was reopened after a failure
 * @param reason why it is not open; null if it is
 */
public record StreamStatus(
        String name,
        Phase phase,
        Instant since,
        long reopened,
        @Nullable Throwable reason) {

    /** The phases of a stream. */
    public enum Phase {
        /** Waits for the server's first answer. */
        OPENING,
        /** Delivers. */
        OPEN,
        /** Failed, and waits before it tries again. */
        REOPENING,
        /** Failed for good: its handlers receive nothing. */
        FAILED,
        /** Closed as asked. */
        CLOSED
    }
}
