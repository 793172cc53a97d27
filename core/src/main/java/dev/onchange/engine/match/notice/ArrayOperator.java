package dev.onchange.engine.match.notice;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bson.BsonDocument;

/**
 * An operator of a filter that only arrays meet.
 *
 * @param path the field's
 */
record ArrayOperator(String path, String operator) {

    private static final Set<String> OPERATORS = Set.of("$elemMatch", "$size");

    /** Those of a filter, without negated ones. */
    static List<ArrayOperator> of(BsonDocument filter) {
        List<ArrayOperator> found = new ArrayList<>();
        filter.forEach((key, value) -> {
            if (key.equals("$and") || key.equals("$or")) {
                value.asArray().forEach(branch -> found.addAll(of(branch.asDocument())));
            } else if (!key.startsWith("$") && value.isDocument()) {
                value.asDocument().keySet().stream()
                        .filter(OPERATORS::contains)
                        .forEach(operator -> found.add(new ArrayOperator(key, operator)));
            }
        });
        return found;
    }
}
