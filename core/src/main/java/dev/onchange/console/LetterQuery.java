package dev.onchange.console;

import dev.onchange.deadletter.DeadLetter;
import dev.onchange.deadletter.DeadLetterFilter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Function;
import org.bson.BsonDocument;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/** Reads which letters are meant from the parameters of a query, or the members of an object. */
final class LetterQuery {

    /** In characters, of what becomes part of an address. */
    private static final int LONGEST_TOKEN = 2_000;

    /** No character of the other cursors. */
    private static final String BY_ID = "id.";

    private LetterQuery() {}

    /** @param values gives the value of a name; null if it has none */
    static DeadLetterFilter filter(Function<String, @Nullable String> values) {
        DeadLetterFilter filter = DeadLetterFilter.all();
        String handler = values.apply("handler");
        if (handler != null) {
            filter = filter.handler(handler);
        }
        String exception = values.apply("exception");
        if (exception != null) {
            filter = filter.failure(exception);
        }
        String state = values.apply("state");
        if (state != null) {
            filter = ofState(filter, state);
        }
        String document = values.apply("document");
        if (document != null) {
            filter = ofDocument(filter, document);
        }
        return filter.between(time("from", values), time("to", values));
    }

    private static DeadLetterFilter ofState(DeadLetterFilter filter, String state) {
        return switch (state) {
            case "DEAD" -> filter.failed();
            case "PARKED" -> filter.waiting();
            default -> throw Refusal.badRequest("state is DEAD or PARKED, and not " + state + ".");
        };
    }

    private static @Nullable Instant time(String name, Function<String, @Nullable String> values) {
        String text = values.apply(name);
        return text == null ? null : ApiCall.timeOf(name, text);
    }

    /** The key of a letter as it is shown, or an {@code _id} as people write it. */
    private static DeadLetterFilter ofDocument(DeadLetterFilter filter, String text) {
        BsonValue value = value(text);
        requireNoQuery(value);
        if (value instanceof BsonDocument key && (key.containsKey("db") || key.containsKey("key"))) {
            return filter.key(key);
        }
        if (value instanceof BsonDocument wrapped && wrapped.size() == 1 && wrapped.containsKey("_id")) {
            requireNoQuery(wrapped.get("_id"));
            return filter.documentIds(List.of(wrapped.get("_id")));
        }
        List<BsonValue> ids = new ArrayList<>();
        if (value != null) {
            ids.add(value);
        }
        if (ObjectId.isValid(text)) {
            ids.add(new BsonObjectId(new ObjectId(text)));
        }
        ids.add(new BsonString(text));
        return filter.documentIds(ids);
    }

    /** Whoever looks would find out by guessing which documents there are whose ids are not shown. */
    static void requireMayName(ApiCall call, PayloadMask mask) {
        if (mask.hidesIds() && call.level() != Access.Level.OPERATE) {
            throw Refusal.forbidden("To look for a document by its _id, which is redacted, needs OPERATE, and you may "
                    + call.level() + ": whether there is a letter tells of the _id.");
        }
    }

    /** By patterns one would find out ids that are not shown. */
    private static void requireNoQuery(@Nullable BsonValue id) {
        if (id != null
                && (id.isRegularExpression()
                        || id instanceof BsonDocument query
                                && !query.isEmpty()
                                && query.getFirstKey().startsWith("$"))) {
            throw Refusal.badRequest("document is an _id or the key of a letter, and no pattern or query.");
        }
    }

    private static @Nullable BsonValue value(String text) {
        try {
            return BsonDocument.parse("{\"v\": " + text + "}").get("v");
        } catch (RuntimeException noJson) {
            return null;
        }
    }

    /**
     * Where the next page begins. Tokens have the document's id in them: with a long one, or one that is not shown, the letter is
     * looked up again.
     */
    static String cursor(DeadLetter last, PayloadMask mask) {
        if (last.token().length() > LONGEST_TOKEN || mask.hidesIds()) {
            return BY_ID + last.id();
        }
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((last.handlerId() + '\0' + last.token()).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The letter after which a page begins; of it only the place in the order counts.
     *
     * @param byId finds a letter; null if it is gone
     */
    static @Nullable DeadLetter after(@Nullable String cursor, Function<String, @Nullable DeadLetter> byId) {
        if (cursor == null) {
            return null;
        }
        if (cursor.startsWith(BY_ID)) {
            DeadLetter letter = byId.apply(cursor.substring(BY_ID.length()));
            if (letter == null) {
                throw Refusal.notFound("The last letter of the page before is gone; begin at the first page.");
            }
            return letter;
        }
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8).split("\0", -1);
            if (parts.length == 2) {
                return new DeadLetter(
                        parts[0], parts[1], null, new BsonDocument(), null, 0, Instant.EPOCH, Instant.EPOCH);
            }
        } catch (IllegalArgumentException noCursor) {
            // said below
        }
        throw Refusal.badRequest("after is no cursor of a page.");
    }
}
