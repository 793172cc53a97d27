package dev.onchange.engine.match.notice;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * Values of which a field must equal one, or compare with it, for a filter to match.
 *
 * @param path the field's
 * @param operator how it is compared: {@code $in} of several values, {@code $eq} where none is written
 * @param values none if the list is empty
 */
record TestedValue(String path, String operator, List<BsonValue> values) {

    private static final Set<String> OF_ONE = Set.of("$eq", "$gt", "$gte", "$lt", "$lte", "$regex");

    private static final Set<String> OF_SEVERAL = Set.of("$in", "$all");

    /** Those of a filter, without negated ones. */
    static List<TestedValue> of(BsonDocument filter) {
        List<TestedValue> found = new ArrayList<>();
        add(filter, found);
        return found;
    }

    private static void add(BsonDocument filter, List<TestedValue> found) {
        filter.forEach((key, value) -> {
            if (key.equals("$and") || key.equals("$or")) {
                value.asArray().forEach(branch -> add(branch.asDocument(), found));
            }
        });
        found.addAll(ofFields(filter));
    }

    /** The same without those in {@code $and} and {@code $or}. */
    static List<TestedValue> ofFields(BsonDocument filter) {
        List<TestedValue> found = new ArrayList<>();
        filter.forEach((key, value) -> {
            if (!key.startsWith("$")) {
                addOfPath(key, value, found);
            }
        });
        return found;
    }

    private static void addOfPath(String path, BsonValue value, List<TestedValue> found) {
        if (!value.isDocument() || isLiteral(value.asDocument())) {
            found.add(new TestedValue(path, "$eq", List.of(value)));
            return;
        }
        value.asDocument().forEach((operator, operand) -> {
            if (OF_ONE.contains(operator)) {
                found.add(new TestedValue(path, operator, List.of(operand)));
            } else if (OF_SEVERAL.contains(operator) && operand.isArray()) {
                found.add(new TestedValue(path, operator, List.copyOf(operand.asArray())));
            }
        });
    }

    /** Whether the field must equal one of the values. */
    boolean byEquality() {
        return operator.equals("$eq") || OF_SEVERAL.contains(operator);
    }

    /** Whether it is the value itself, and not what is said of the value. */
    private static boolean isLiteral(BsonDocument value) {
        return value.isEmpty() || !value.getFirstKey().startsWith("$");
    }
}
