package dev.onchange.deadletter;

import com.mongodb.MongoNamespace;
import dev.onchange.engine.bson.ChangeKey;
import java.time.Instant;
import java.util.List;
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
 * @param documentIds those of documents that have one of these as {@code _id}, whatever their collection; empty for all
 * @param from those whose last attempt ended, or that were parked, at this time or later
 * @param to those whose last attempt ended, or that were parked, before this time
 */
public record DeadLetterFilter(
        @Nullable String id,
        @Nullable String handlerId,
        @Nullable BsonDocument key,
        @Nullable String failureType,
        @Nullable Boolean parked,
        List<BsonValue> documentIds,
        @Nullable Instant from,
        @Nullable Instant to) {

    public DeadLetterFilter {
        documentIds = List.copyOf(documentIds);
    }

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
                && (parked == null || parked == letter.parked())
                && (documentIds.isEmpty() || ofLetter != null && hasId(ofLetter))
                && (from == null || !letter.lastAt().isBefore(from))
                && (to == null || letter.lastAt().isBefore(to));
    }

    private boolean hasId(BsonDocument ofLetter) {
        BsonValue id = ofLetter.get("_id");
        return id != null
                && documentIds.stream().anyMatch(wanted -> keyOf(wanted).equals(keyOf(id)));
    }

    private static ChangeKey keyOf(BsonValue id) {
        return ChangeKey.of(new BsonDocument("_id", id));
    }

    /** All. */
    public static DeadLetterFilter all() {
        return new DeadLetterFilter(null, null, null, null, null, List.of(), null, null);
    }

    /** One letter. */
    public static DeadLetterFilter withId(String id) {
        return new DeadLetterFilter(id, null, null, null, null, List.of(), null, null);
    }

    /** Those of one handler. */
    public static DeadLetterFilter ofHandler(String handlerId) {
        return all().handler(handlerId);
    }

    /** The same, of one handler only. */
    public DeadLetterFilter handler(String only) {
        return new DeadLetterFilter(id, only, key, failureType, parked, documentIds, from, to);
    }

    /** The same, of one document only. */
    public DeadLetterFilter document(MongoNamespace collection, BsonValue documentId) {
        return key(new BsonDocument("db", new BsonString(collection.getDatabaseName()))
                .append("coll", new BsonString(collection.getCollectionName()))
                .append("_id", documentId));
    }

    /** The same, of one document only. */
    public DeadLetterFilter key(BsonDocument only) {
        return new DeadLetterFilter(id, handlerId, only, failureType, parked, documentIds, from, to);
    }

    /** The same, only those whose last attempt failed with an exception of this very class. */
    public DeadLetterFilter failure(Class<? extends Throwable> only) {
        return new DeadLetterFilter(id, handlerId, key, only.getName(), parked, documentIds, from, to);
    }

    /** The same, only those whose last attempt failed with an exception of a class of this very name. */
    public DeadLetterFilter failure(String className) {
        return new DeadLetterFilter(id, handlerId, key, className, parked, documentIds, from, to);
    }

    /** The same, only those of documents that have one of these as {@code _id}, whatever their collection. */
    public DeadLetterFilter documentIds(List<BsonValue> any) {
        return new DeadLetterFilter(id, handlerId, key, failureType, parked, any, from, to);
    }

    /** The same, only those of a time; null for no bound. */
    public DeadLetterFilter between(@Nullable Instant start, @Nullable Instant end) {
        return new DeadLetterFilter(id, handlerId, key, failureType, parked, documentIds, start, end);
    }

    /** The same, only those that failed themselves. */
    public DeadLetterFilter failed() {
        return new DeadLetterFilter(id, handlerId, key, failureType, false, documentIds, from, to);
    }

    /** The same, only those that wait behind another. */
    public DeadLetterFilter waiting() {
        return new DeadLetterFilter(id, handlerId, key, failureType, true, documentIds, from, to);
    }
}
