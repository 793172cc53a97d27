package dev.onchange.stream;

import dev.onchange.HistoryLost;
import java.time.Duration;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/** What happens to a stream, told on the thread on which it happens: listeners must not block. */
public sealed interface StreamEvent {

    /** The name of the stream's plan. */
    String stream();

    /** The server has opened it, for the first time or again. */
    record Opened(String stream) implements StreamEvent {}

    /**
     * It broke off and will be opened again.
     *
     * @param failure why
     * @param attempt how many failures there have been in a row
     * @param delay how long it waits before it tries
     */
    record Reopening(String stream, Throwable failure, int attempt, Duration delay) implements StreamEvent {}

    /** The collection or database was dropped or renamed; the stream goes on with the one that has the name next. */
    record Invalidated(String stream) implements StreamEvent {}

    /**
     * The server no longer finds the event of the position, because the stream's filter leaves it out now; the stream
     * goes on from the position's time.
     */
    record TokenNotFound(String stream, Throwable failure) implements StreamEvent {}

    /**
     * The oplog no longer holds the position.
     *
     * @param from the time up to which changes were delivered; null if it is not known
     * @param to from which time on they can be had; null if it is not known
     * @param answer what follows
     */
    record HistoryWasLost(
            String stream,
            @Nullable BsonTimestamp from,
            @Nullable BsonTimestamp to,
            HistoryLost answer) implements StreamEvent {}

    /** A change was too large to be sent; it is handed on without its documents. */
    record Oversized(String stream, RawChange change) implements StreamEvent {}

    /** It has ended for good. */
    record Failed(String stream, Throwable failure) implements StreamEvent {}

    /** It was closed as asked. */
    record Closed(String stream) implements StreamEvent {}
}
