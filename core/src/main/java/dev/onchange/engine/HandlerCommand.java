package dev.onchange.engine;

import dev.onchange.checkpoint.Position;
import dev.onchange.deadletter.DeadLetterFilter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * What a user asks of the instance that has a handler, in a form that can be stored.
 *
 * @param arguments as the kind needs them
 */
record HandlerCommand(Kind kind, BsonDocument arguments) {

    private static final String TOKEN = "token";
    private static final String TIME = "time";
    private static final String FILTERS = "filters";

    /** What is to be done. */
    enum Kind {
        PAUSE,
        RESUME,
        REWIND,
        SNAPSHOT,
        PAUSE_SNAPSHOT,
        RESUME_SNAPSHOT,
        CANCEL_SNAPSHOT,
        REPLAY,
        DISCARD;

        /** Whether it is about dead letters, and takes as long as these take. */
        boolean isOfLetters() {
            return this == REPLAY || this == DISCARD;
        }
    }

    static HandlerCommand of(Kind kind) {
        return new HandlerCommand(kind, new BsonDocument());
    }

    static HandlerCommand rewind(Position position) {
        BsonDocument token = position.token();
        return new HandlerCommand(
                Kind.REWIND,
                new BsonDocument(TOKEN, token == null ? BsonNull.VALUE : token).append(TIME, position.clusterTime()));
    }

    static HandlerCommand snapshot(List<String> filters) {
        BsonArray all = new BsonArray();
        filters.forEach(filter -> all.add(new BsonString(filter)));
        return new HandlerCommand(Kind.SNAPSHOT, new BsonDocument(FILTERS, all));
    }

    static HandlerCommand replay(DeadLetterFilter letters, Duration pause) {
        return new HandlerCommand(Kind.REPLAY, fields(letters).append("pause", new BsonInt64(pause.toMillis())));
    }

    static HandlerCommand discard(DeadLetterFilter letters) {
        return new HandlerCommand(Kind.DISCARD, fields(letters));
    }

    private static BsonDocument fields(DeadLetterFilter letters) {
        BsonDocument fields = new BsonDocument();
        append(fields, "id", bson(letters.id()));
        append(fields, "handler", bson(letters.handlerId()));
        append(fields, "key", letters.key());
        append(fields, "failureType", bson(letters.failureType()));
        Boolean parked = letters.parked();
        append(fields, "parked", parked == null ? null : BsonBoolean.valueOf(parked));
        append(fields, "from", bson(letters.from()));
        append(fields, "to", bson(letters.to()));
        return fields.append("documentIds", new BsonArray(letters.documentIds()));
    }

    private static void append(BsonDocument fields, String name, @Nullable BsonValue value) {
        if (value != null) {
            fields.append(name, value);
        }
    }

    private static @Nullable BsonString bson(@Nullable String value) {
        return value == null ? null : new BsonString(value);
    }

    private static @Nullable BsonDateTime bson(@Nullable Instant time) {
        return time == null ? null : new BsonDateTime(time.toEpochMilli());
    }

    private @Nullable Instant time(String name) {
        return arguments.get(name) instanceof BsonDateTime time ? Instant.ofEpochMilli(time.getValue()) : null;
    }

    /** Where to. */
    Position position() {
        @Nullable BsonValue token = arguments.get(TOKEN);
        BsonTimestamp time = arguments.getTimestamp(TIME);
        return token != null && token.isDocument() ? new Position(token.asDocument(), time, "") : Position.at(time);
    }

    /** Which documents. */
    List<String> filters() {
        return arguments.getArray(FILTERS).stream()
                .map(filter -> filter.asString().getValue())
                .toList();
    }

    /** Which dead letters. */
    DeadLetterFilter letters() {
        BsonValue parked = arguments.get("parked");
        return new DeadLetterFilter(
                text("id"),
                text("handler"),
                arguments.get("key") instanceof BsonDocument key ? key : null,
                text("failureType"),
                parked == null ? null : parked.asBoolean().getValue(),
                arguments.getArray("documentIds", new BsonArray()),
                time("from"),
                time("to"));
    }

    private @Nullable String text(String name) {
        BsonValue value = arguments.get(name);
        return value == null ? null : value.asString().getValue();
    }

    /** Between two dead letters. */
    Duration pause() {
        return Duration.ofMillis(arguments.getInt64("pause").getValue());
    }
}
