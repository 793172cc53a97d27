package dev.onchange.engine.deadletter;

import dev.onchange.deadletter.DeadLetter;
import dev.onchange.deadletter.DeadLetter.Failure;
import java.time.Instant;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;

/** Dead letters as documents, without their events. */
final class LetterDocuments {

    static final String ID = "_id";
    static final String HANDLER = "handler";
    static final String TOKEN = "token";
    static final String KEY = "key";
    static final String PARKED = "parked";
    static final String FAILURE_TYPE = "failure.type";
    static final String DOCUMENT_ID = "key._id";
    static final String LAST_AT = "lastAt";

    private LetterDocuments() {}

    /** All fields but the event. */
    static BsonDocument toDocument(DeadLetter letter) {
        BsonDocument document = new BsonDocument(ID, new BsonString(letter.id()))
                .append(HANDLER, new BsonString(letter.handlerId()))
                .append(TOKEN, new BsonString(letter.token()));
        BsonDocument key = letter.key();
        if (key != null) {
            document.append(KEY, key);
        }
        document.putAll(failureFields(letter));
        return document;
    }

    /** The fields that change when the change fails again. */
    static BsonDocument failureFields(DeadLetter letter) {
        BsonDocument document = new BsonDocument(PARKED, BsonBoolean.valueOf(letter.parked()))
                .append("attempts", new BsonInt32(letter.attempts()))
                .append("firstAt", time(letter.firstAt()))
                .append(LAST_AT, time(letter.lastAt()));
        Failure failure = letter.failure();
        if (failure != null) {
            document.append(
                    "failure",
                    new BsonDocument("type", new BsonString(failure.type()))
                            .append("message", new BsonString(failure.message()))
                            .append("stack", new BsonString(failure.stack())));
        }
        return document;
    }

    static DeadLetter toLetter(BsonDocument document, BsonDocument event) {
        return new DeadLetter(
                document.getString(HANDLER).getValue(),
                document.getString(TOKEN).getValue(),
                document.containsKey(KEY) ? document.getDocument(KEY) : null,
                event,
                document.containsKey("failure") ? failure(document.getDocument("failure")) : null,
                document.getInt32("attempts").getValue(),
                time(document.getDateTime("firstAt")),
                time(document.getDateTime(LAST_AT)));
    }

    private static Failure failure(BsonDocument document) {
        return new Failure(
                document.getString("type").getValue(),
                document.getString("message").getValue(),
                document.getString("stack").getValue());
    }

    private static BsonDateTime time(Instant instant) {
        return new BsonDateTime(instant.toEpochMilli());
    }

    private static Instant time(BsonDateTime time) {
        return Instant.ofEpochMilli(time.getValue());
    }
}
