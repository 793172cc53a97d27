package dev.onchange.console;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;
import org.jspecify.annotations.Nullable;

/** An object of a reply, in the order in which its members are put; written by the driver. Nothing is null. */
final class JsonObject {

    private static final JsonWriterSettings RELAXED =
            JsonWriterSettings.builder().outputMode(JsonMode.RELAXED).build();

    private final BsonDocument document = new BsonDocument();

    JsonObject put(String name, @Nullable String value) {
        return set(name, value == null ? null : new BsonString(value));
    }

    JsonObject put(String name, long value) {
        return set(name, new BsonInt64(value));
    }

    JsonObject put(String name, double value) {
        return set(name, new BsonDouble(value));
    }

    JsonObject put(String name, boolean value) {
        return set(name, BsonBoolean.valueOf(value));
    }

    JsonObject put(String name, @Nullable Instant time) {
        return put(name, time == null ? null : time.toString());
    }

    /** In milliseconds. */
    JsonObject put(String name, @Nullable Duration duration) {
        return set(name, duration == null ? null : new BsonInt64(duration.toMillis()));
    }

    JsonObject put(String name, @Nullable Enum<?> constant) {
        return put(name, constant == null ? null : constant.name());
    }

    JsonObject put(String name, @Nullable JsonObject object) {
        return set(name, object == null ? null : object.document);
    }

    JsonObject put(String name, List<JsonObject> objects) {
        return set(
                name,
                new BsonArray(objects.stream().map(object -> object.document).toList()));
    }

    JsonObject texts(String name, List<String> texts) {
        return set(name, new BsonArray(texts.stream().map(BsonString::new).toList()));
    }

    /** Each number by its name. */
    JsonObject numbers(String name, Map<String, Long> numbers) {
        JsonObject counts = new JsonObject();
        numbers.forEach(counts::put);
        return put(name, counts);
    }

    /** A value of BSON, in relaxed extended JSON. */
    JsonObject set(String name, @Nullable BsonValue value) {
        document.append(name, value == null ? BsonNull.VALUE : value);
        return this;
    }

    String text() {
        return ConnectionSecrets.removedFrom(document.toJson(RELAXED));
    }

    /** One value as text, relaxed as in the shell. */
    static String textOf(BsonDocument value) {
        return value.toJson(RELAXED);
    }

    /** For messages: a number with its unit in the one language of the console. */
    static String formatted(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}
