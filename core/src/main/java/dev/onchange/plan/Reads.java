package dev.onchange.plan;

import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** Which top-level fields of an event a filter may depend on. */
final class Reads {

    private Reads() {}

    /** Whether the answer may depend on the field; true rather than false where that is not plain to see. */
    static boolean touches(BsonDocument filter, String field) {
        return filter.entrySet().stream()
                .anyMatch(condition -> touches(condition.getKey(), condition.getValue(), field));
    }

    private static boolean touches(String key, BsonValue value, String field) {
        return switch (key) {
            case "$and", "$or", "$nor" -> !value.isArray() || anyTouches(value.asArray(), field);
            case "$comment", "$alwaysTrue", "$alwaysFalse" -> false;
            default -> key.startsWith("$") || key.equals(field) || key.startsWith(field + ".");
        };
    }

    private static boolean anyTouches(BsonArray branches, String field) {
        return branches.stream().anyMatch(branch -> !branch.isDocument() || touches(branch.asDocument(), field));
    }
}
