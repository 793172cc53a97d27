package dev.onchange.deadletter;

import com.mongodb.MongoNamespace;
import dev.onchange.engine.bson.ChangeKey;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Selects dead letters for {@link DeadLetters}; a condition that is null selects all.
 *
 * @param id one letter
 * @param handlerId those of one handler
 * @param key those of one document, as in {@link DeadLetter#key}
 * @param failureType those whose last attempt failed with an exception of this class, not of a subclass
 * @param parked only those that are parked, or only those that are not
 */
public record DeadLetterFilter(
        @Nullable String id,
        @Nullable String handlerId,
        @Nullable BsonDocument key,
        @Nullable String failureType,
        @Nullable Boolean parked) {

    /**
     * Whether a letter is meant. Keys are equal if the server takes them for the same document: {@code _id: 1} is
     * {@code _id: 1.0}.
     */
    public boolean matches(DeadLetter letter) {
        BsonDocument ofLetter = letter.key();
        return (id == null || id.equals(letter.id()))
                && (handlerId == null || handlerId.equals(letter.handlerId()))
                && (key == null || ofLetter != null && ChangeKey.of(key).equals(ChangeKey.of(ofLetter)))
                && (failureType == null
                        || letter.failure() != null
                                && failureType.equals(letter.failure().type()))
                && (parked == null || parked == letter.parked());
    }

    /** All. */
    public static DeadLetterFilter all() {
        return new DeadLetterFilter(null, null, null, null, null);
    }

    /** One letter. */
    public static DeadLetterFilter withId(String id) {
        return new DeadLetterFilter(id, null, null, null, null);
    }

    /** Those of one handler. */
    public static DeadLetterFilter ofHandler(String handlerId) {
        return all().handler(handlerId);
    }

    /** The same, of one handler only. */
    public DeadLetterFilter handler(String only) {
        return new DeadLetterFilter(id, only, key, failureType, parked);
    }

    /** The same, of one document only. */
    public DeadLetterFilter document(MongoNamespace collection, BsonValue documentId) {
        return key(new BsonDocument("db", new BsonString(collection.getDatabaseName()))
                .append("coll", new BsonString(collection.getCollectionName()))
                .append("_id", documentId));
    }

    /** The same, of one document only. */
    public DeadLetterFilter key(BsonDocument only) {
        return new DeadLetterFilter(id, handlerId, only, failureType, parked);
    }

    /** The same, only those whose last attempt failed with an exception of this very class. */
    public DeadLetterFilter failure(Class<? extends Throwable> only) {
        return new DeadLetterFilter(id, handlerId, key, only.getName(), parked);
    }

    /** The same, only those that failed themselves. */
    public DeadLetterFilter failed() {
        return new DeadLetterFilter(id, handlerId, key, failureType, false);
    }

    /** The same, only those that wait behind another. */
    public DeadLetterFilter waiting() {
        return new DeadLetterFilter(id, handlerId, key, failureType, true);
    }
}
