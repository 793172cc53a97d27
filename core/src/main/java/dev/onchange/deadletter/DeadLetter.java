package dev.onchange.deadletter;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * A change that a handler could not handle, or that waits behind such a change of the same document.
 *
 * @param handlerId whose change it is
 * @param token the {@code _data} of the change's resume token: letters of one handler sort by it as the changes came
 * @param key the document: {@code db} and {@code coll} if known, and {@code _id}, or {@code key} without one; null if the
 *     change concerns no single document
 * @param event the whole event
 * @param failure why the last attempt failed; null if it is only parked
 * @param attempts how many attempts have failed; 0 if it is only parked
 * @param firstAt when the first attempt began, or the change was parked
 * @param lastAt when the last attempt ended, or the change was parked
 */
public record DeadLetter(
        String handlerId,
        String token,
        @Nullable BsonDocument key,
        BsonDocument event,
        @Nullable Failure failure,
        int attempts,
        Instant firstAt,
        Instant lastAt) {

    private static final int ID_BYTES = 12;

    /** Identifies the letter: short, and the same whenever the same change fails for the same handler. */
    public String id() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((handlerId + '\0' + token).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, ID_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Whether it never failed itself and only waits behind another of the same document. */
    public boolean parked() {
        return failure == null;
    }

    /** The same after so many more failed attempts. */
    public DeadLetter failedAgain(Failure latest, int furtherAttempts, Instant at) {
        Instant first = failure == null ? at : firstAt;
        return new DeadLetter(handlerId, token, key, event, latest, attempts + furtherAttempts, first, at);
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
