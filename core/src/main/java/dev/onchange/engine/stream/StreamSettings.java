package dev.onchange.engine.stream;

import dev.onchange.HistoryLost;
import dev.onchange.engine.timing.Backoff;
import java.time.Duration;

/**
 * How streams are read.
 *
 * @param batchSize how many changes the server sends at a time at most
 * @param maxAwaitTime how long the server waits for a change before it answers that there is none; so often the
 *     position of a stream without changes moves on, and so long closing may take. Each open stream holds a connection
 *     of the pool while the server waits.
 * @param answerTimeout how long the server may take to answer beyond that, before its connection counts as dead
 * @param backoff how long to wait before a stream that failed is opened again
 * @param historyLost what follows if the oplog no longer holds the position
 * @param foreignPosition what follows if the position does not come from this deployment's history
 * @param instrumented whether the client is known to report its commands, and need not be tried
 */
public record StreamSettings(
        int batchSize,
        Duration maxAwaitTime,
        Duration answerTimeout,
        Backoff backoff,
        HistoryLost historyLost,
        HistoryLost foreignPosition,
        boolean instrumented) {

    /**
     * Two batches are at hand at most, so this bounds memory, beside the 16 MB that a reply of the server may have. Each
     * batch costs both sides about as much as a hundred events; larger ones were hardly faster.
     */
    public static final int DEFAULT_BATCH_SIZE = 4_000;

    /** The server's own default. */
    public static final Duration DEFAULT_MAX_AWAIT_TIME = Duration.ofSeconds(1);

    /** An overloaded server may be that slow; longer, and changes would be late without need. */
    public static final Duration DEFAULT_ANSWER_TIMEOUT = Duration.ofSeconds(15);

    /**
     * From 50 to 100 ms at first, so that an election goes unnoticed; from 15 to 30 s at last, so that a server in trouble
     * is not asked too often.
     */
    public static final Backoff DEFAULT_BACKOFF =
            new Backoff(Duration.ofMillis(75), 2, Duration.ofMillis(22_500), 1 / 3.0);

    /** Loss is never silent. */
    public static final HistoryLost DEFAULT_HISTORY_LOST = HistoryLost.STOP;

    public StreamSettings {
        if (batchSize < 1) {
            throw new IllegalArgumentException("A batch holds at least one change, not " + batchSize);
        }
        if (maxAwaitTime.toMillis() < 1) {
            throw new IllegalArgumentException("The server waits at least one millisecond, not " + maxAwaitTime);
        }
        if (answerTimeout.toMillis() < 1) {
            throw new IllegalArgumentException("An answer takes at least one millisecond, not " + answerTimeout);
        }
    }

    /** The defaults. */
    public static StreamSettings defaults() {
        return new StreamSettings(
                DEFAULT_BATCH_SIZE,
                DEFAULT_MAX_AWAIT_TIME,
                DEFAULT_ANSWER_TIMEOUT,
                DEFAULT_BACKOFF,
                DEFAULT_HISTORY_LOST,
                DEFAULT_HISTORY_LOST,
                false);
    }

    /** The same with another batch size. */
    public StreamSettings withBatchSize(int size) {
        return new StreamSettings(
                size, maxAwaitTime, answerTimeout, backoff, historyLost, foreignPosition, instrumented);
    }

    /** The same with another wait of the server for changes. */
    public StreamSettings withMaxAwaitTime(Duration time) {
        return new StreamSettings(batchSize, time, answerTimeout, backoff, historyLost, foreignPosition, instrumented);
    }

    /** The same with another limit for answers. */
    public StreamSettings withAnswerTimeout(Duration timeout) {
        return new StreamSettings(
                batchSize, maxAwaitTime, timeout, backoff, historyLost, foreignPosition, instrumented);
    }

    /** How long the server may take to answer whether there are changes. */
    Duration longestAnswer() {
        return maxAwaitTime.plus(answerTimeout);
    }

    /** The same with another wait between attempts. */
    public StreamSettings withBackoff(Backoff other) {
        return new StreamSettings(
                batchSize, maxAwaitTime, answerTimeout, other, historyLost, foreignPosition, instrumented);
    }

    /** The same with another answer to a position that the oplog no longer holds. */
    public StreamSettings withHistoryLost(HistoryLost answer) {
        return new StreamSettings(
                batchSize, maxAwaitTime, answerTimeout, backoff, answer, foreignPosition, instrumented);
    }

    /** The same with another answer to a position that does not come from this deployment's history. */
    public StreamSettings withForeignPosition(HistoryLost answer) {
        return new StreamSettings(batchSize, maxAwaitTime, answerTimeout, backoff, historyLost, answer, instrumented);
    }

    /** The same for a client that {@link CommandTap} has instrumented. */
    public StreamSettings ofInstrumentedClient() {
        return new StreamSettings(batchSize, maxAwaitTime, answerTimeout, backoff, historyLost, foreignPosition, true);
    }
}
