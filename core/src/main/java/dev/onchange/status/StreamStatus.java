package dev.onchange.status;

import dev.onchange.checkpoint.Position;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The state of one change stream, as users read it in {@link ListenersStatus#streams}.
 *
 * @param name as in the plan
 * @param phase where it stands
 * @param since since when
 * @param reopened how often it was reopened after a failure
 * @param reason why it is not open; null if it is
 * @param position up to where everything has been handed to its handlers; null if nothing is known
 * @param lag how far that is behind the server, and how near to being lost; null if one of both is not known
 * @param oldestUnsettled how long the oldest unsettled change has been with one of its handlers; zero if there is none
 */
public record StreamStatus(
        String name,
        Phase phase,
        Instant since,
        long reopened,
        @Nullable Throwable reason,
        @Nullable Position position,
        @Nullable Lag lag,
        Duration oldestUnsettled) {

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
