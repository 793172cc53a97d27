package dev.onchange.status;

import dev.onchange.checkpoint.Position;
import dev.onchange.deadletter.LetterCount;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The state of one handler, as users read it in {@link ListenersStatus#handlers}.
 *
 * @param id its identity
 * @param stream the stream that feeds it; empty while it is paused
 * @param phase where it stands
 * @param reason why it stopped, or what hinders it at the moment; null if nothing does
 * @param lastFailure why the last failed attempt failed, whatever became of the change; null if none failed
 * @param position everything up to it is settled; null before it is known
 * @param lag how far the position is behind the server, and how near to being lost; null if one of both is not known
 * @param historyLost the range that it could not be given when the oplog no longer held its position; null if that was
 *     not so since the start
 * @param inScope how many changes of its scope and operations have come since the start. The server leaves out most of
 *     those that no filter of the stream matches, so these do not come; that this is more than {@code delivered} shows a
 *     filter at work, and nothing delivered for long one that may never match
 * @param delivered how many changes of its stream it matched since the start
 * @param filtered how many changes of its stream it did not match since the start
 * @param counts what became of its changes since the start
 * @param letters how many dead letters it has, some ten seconds ago; null if that is not known
 * @param inFlight how many changes it has received and not settled
 * @param oldestUnsettled how long the oldest of these has been with it; zero if there is none
 * @param overdue the one that it has been at for longest, if that is longer than expected; else null
 * @param health whether it is well, by the limits that were set too
 */
public record HandlerStatus(
        String id,
        String stream,
        Phase phase,
        @Nullable Throwable reason,
        @Nullable Throwable lastFailure,
        @Nullable Position position,
        @Nullable Lag lag,
        @Nullable HistoryGap historyLost,
        long inScope,
        long delivered,
        long filtered,
        Counts counts,
        @Nullable LetterCount letters,
        int inFlight,
        Duration oldestUnsettled,
        @Nullable Overdue overdue,
        HandlerHealth health) {

    /** The phases of a handler. */
    public enum Phase {
        /** Receives changes. */
        LISTENING,
        /** Receives none, as asked; its position is kept. */
        PAUSED,
        /** Receives none, because it failed and its policy says so, or its stream has failed; its position is kept. */
        STOPPED,
        /** Another instance has it, or all of its partitions; see {@link ListenersStatus#cluster}. */
        ELSEWHERE
    }

    /**
     * What became of a handler's changes since the start.
     *
     * @param handled settled by the handler, now or before in a transaction
     * @param retried failed attempts that another one followed
     * @param deadLettered stored as dead letters after the last attempt
     * @param parked stored behind a dead letter of the same key
     * @param skipped passed over after the last attempt
     * @param coalesced not handed over, because a newer change of the document took their place
     * @param batches calls of a handler that takes batches, whatever came of them
     */
    public record Counts(
            long handled, long retried, long deadLettered, long parked, long skipped, long coalesced, long batches) {

        /** Of a handler that takes every change by itself. */
        public Counts(long handled, long retried, long deadLettered, long parked, long skipped) {
            this(handled, retried, deadLettered, parked, skipped, 0, 0);
        }
    }
}
