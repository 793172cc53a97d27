package dev.onchange.retry;

import java.time.Instant;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * A change that a handler could not handle, or that waits behind one of the same document.
 *
 * @param id identifies it in its store; empty before it is stored
 * @param handlerId whose change it is
 * @param token the {@code _data} of the change's resume token: letters of one handler sort by it in the order of the changes
 * @param key the document, as {@link dev.onchange.stream.ChangeKey#toDocument} gives it; null if the change concerns no single document
 * @param event the whole event
 * @param failure why the last attempt failed; null if it is only parked
 * @param attempts how many attempts have failed; 0 if it is only parked
 * @param firstAt when the first attempt began, or the change was parked
 * @param lastAt when the last attempt ended, or the change was parked
 */
public record DeadLetter(
        String id,
        String handlerId,
        String token,
        @Nullable BsonDocument key,
        BsonDocument event,
        @Nullable Failure failure,
        int attempts,
        Instant firstAt,
        Instant lastAt) {

    /** Whether it never failed itself and only waits behind another of the same document. */
    public boolean parked() {
        return failure == null;
    }

    /**
     * What a handler threw.
     *
     * @param type the exception's class
     * @param message its message; empty if it has none
     * @param stack its stack trace with its causes
     */
    public record Failure(String type, String message, String stack) {}
}
