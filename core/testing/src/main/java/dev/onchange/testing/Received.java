package dev.onchange.testing;

import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * One call of a handler that has ended; a call with a batch is one for each of its changes.
 *
 * @param handlerId who was called
 * @param attempt which attempt it was, from 1
 * @param event the change, as the stream brought it
 * @param failure why the attempt failed; null if it did not
 */
public record Received(
        String handlerId,
        int attempt,
        RawBsonDocument event,
        @Nullable Throwable failure) {

    /** The server's name of the operation; empty if a pipeline removed it. */
    public String operation() {
        return event.containsKey("operationType")
                ? event.getString("operationType").getValue()
                : "";
    }

    /** The document's key; null if the event has none. */
    public @Nullable BsonDocument documentKey() {
        return event.containsKey("documentKey") ? event.getDocument("documentKey") : null;
    }

    /** For messages. */
    @Override
    public String toString() {
        return handlerId + " attempt " + attempt + ": " + operation() + " " + documentKey()
                + (failure == null ? "" : " failed with " + failure);
    }
}
