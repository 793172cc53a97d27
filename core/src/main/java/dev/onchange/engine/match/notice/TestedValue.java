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
 * @param values at least one
 */
record TestedValue(String path, List<BsonValue> values) {

    private static final Set<String> OF_ONE = Set.of("$eq", "$gt", "$gte", "$lt", "$lte", "$regex");

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
            } else if (!key.startsWith("$")) {
                addOfPath(key, value, found);
            }
        });
    }

    private static void addOfPath(String path, BsonValue value, List<TestedValue> found) {
        if (!value.isDocument() || isLiteral(value.asDocument())) {
            found.add(new TestedValue(path, List.of(value)));
            return;
        }
        value.asDocument().forEach((operator, operand) -> {
            if (OF_ONE.contains(operator)) {
                found.add(new TestedValue(path, List.of(operand)));
            } else if (operator.equals("$in") && !operand.asArray().isEmpty()) {
                found.add(new TestedValue(path, List.copyOf(operand.asArray())));
            }
        });
    }

    /** Whether it is the value itself, and not what is said of the value. */
    private static boolean isLiteral(BsonDocument value) {
        return value.isEmpty() || !value.getFirstKey().startsWith("$");
    }
}
