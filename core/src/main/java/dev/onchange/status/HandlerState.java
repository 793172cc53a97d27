package dev.onchange.status;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a handler is doing.
 *
 * @param phase where it stands
 * @param reason why it has failed, or what hinders it at the moment; null if nothing does
 * @param lastFailure why the last failed attempt failed, whatever became of the change; null if none failed
 * @param counts what became of its changes
 * @param inFlight how many delivered changes are not settled
 * @param oldestUnsettled for how long the oldest of these has been here; null if there is none
 */
public record HandlerState(
        Phase phase,
        @Nullable Throwable reason,
        @Nullable Throwable lastFailure,
        HandlerCounts counts,
        int inFlight,
        @Nullable Duration oldestUnsettled) {

    /** The states of two partitions of one handler as one: the worse of both. */
    public HandlerState and(HandlerState other) {
        return new HandlerState(
                phase.compareTo(other.phase) < 0 ? other.phase : phase,
                reason == null ? other.reason : reason,
                lastFailure == null ? other.lastFailure : lastFailure,
                counts.besides(other.counts),
                inFlight + other.inFlight,
                oldestUnsettled == null
                                || other.oldestUnsettled != null && oldestUnsettled.compareTo(other.oldestUnsettled) < 0
                        ? other.oldestUnsettled
                        : oldestUnsettled);
    }

    /** The phases of a handler. */
    public enum Phase {
        /** Takes deliveries. */
        RUNNING,
        /** Takes none, as asked; its position stays. */
        PAUSED,
        /** Has stopped by itself before a change; its position stays. */
        FAILED
    }
}
