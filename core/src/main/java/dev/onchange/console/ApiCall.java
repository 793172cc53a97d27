package dev.onchange.console;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.json.JsonParseException;
import org.jspecify.annotations.Nullable;

/**
 * One call of the API that may be answered.
 *
 * @param variables the parts of the path that stand for something, by their names
 * @param level what whoever calls may do
 * @param by whom the journal names
 */
record ApiCall(ConsoleRequest request, Map<String, String> variables, Access.Level level, String by) {

    /** Of years with four digits. */
    private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    /** A part of the path, as {@code id} of {@code handlers/{id}}. */
    String variable(String name) {
        return variables.getOrDefault(name, "");
    }

    /** A parameter of the query; null if it is not there or empty. */
    @Nullable
    String parameter(String name) {
        return request.parameter(name);
    }

    /** A parameter of the query that must be there. */
    String required(String name) {
        String value = parameter(name);
        if (value == null) {
            throw Refusal.badRequest("The parameter " + name + " is missing.");
        }
        return value;
    }

    /** A whole number of the query, between two bounds. */
    int number(String name, int usual, int least, int most) {
        String value = parameter(name);
        if (value == null) {
            return usual;
        }
        try {
            return Math.max(least, Math.min(most, Integer.parseInt(value)));
        } catch (NumberFormatException e) {
            throw Refusal.badRequest("The parameter " + name + " is no whole number: " + value);
        }
    }

    /** A constant of the query; null if it is not there. */
    <E extends Enum<E>> @Nullable E constant(String name, Class<E> type) {
        String value = parameter(name);
        return value == null ? null : constantOf(name, value, type);
    }

    private static <E extends Enum<E>> E constantOf(String name, String value, Class<E> type) {
        try {
            return Enum.valueOf(type, value);
        } catch (IllegalArgumentException e) {
            throw Refusal.badRequest(
                    name + " is one of " + List.of(type.getEnumConstants()) + ", and not " + value + ".");
        }
    }

    /** A time of the query; null if it is not there. */
    @Nullable
    Instant time(String name) {
        String value = parameter(name);
        return value == null ? null : timeOf(name, value);
    }

    static Instant timeOf(String name, String value) {
        try {
            Instant time = Instant.parse(value);
            if (time.isAfter(EARLIEST) && time.isBefore(LATEST)) {
                return time;
            }
        } catch (DateTimeParseException noTime) {
            // said below
        }
        throw Refusal.badRequest(name + " is a time as 2026-01-31T12:00:00Z, and not " + value + ".");
    }

    /** The object in the body. */
    BsonDocument body() {
        return parsed("the body", new String(request.body(), StandardCharsets.UTF_8));
    }

    /** A text of an object; null if it is not there. */
    static @Nullable String text(BsonDocument object, String name) {
        BsonValue value = object.get(name);
        if (value == null
                || value.isNull()
                || value.isString() && value.asString().getValue().isBlank()) {
            return null;
        }
        if (!value.isString()) {
            throw Refusal.badRequest(name + " is a text.");
        }
        return value.asString().getValue();
    }

    /** Extended JSON, relaxed. */
    static BsonDocument parsed(String name, String json) {
        try {
            return BsonDocument.parse(json.isBlank() ? "{}" : json);
        } catch (JsonParseException | org.bson.BsonInvalidOperationException | IllegalArgumentException e) {
            throw Refusal.badRequest(name + " is no JSON object: " + e.getMessage());
        }
    }
}
