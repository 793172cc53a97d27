package dev.onchange.engine.match.notice;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * A field of the changed document that a filter tests.
 *
 * @param text as the filter has it
 * @param names from the document on, without numbers, which may be places in arrays
 */
record DocumentPath(String text, List<String> names) {

    /** The key of a document is made of its fields. */
    private static final List<String> DOCUMENTS =
            List.of("fullDocument.", "fullDocumentBeforeChange.", "updateDescription.updatedFields.", "documentKey.");

    /** Every path into the event that a filter names, in expressions too. */
    static List<String> texts(BsonDocument filter) {
        List<String> paths = new ArrayList<>();
        addKeys("", filter, paths);
        return paths;
    }

    private static void addKeys(String prefix, BsonDocument document, List<String> paths) {
        document.forEach((key, value) -> {
            if (key.equals("$expr")) {
                addExpressions(value, paths);
            } else if (key.startsWith("$")) {
                below(value).forEach(branch -> addKeys(prefix, branch, paths));
            } else {
                paths.add(prefix + key);
                below(value).forEach(operators -> addOperators(prefix + key + ".", operators, paths));
            }
        });
    }

    /** Only in {@code $elemMatch}, or negated, do fields stand below operators; what else does is a value. */
    private static void addOperators(String prefix, BsonDocument operators, List<String> paths) {
        operators.forEach((operator, value) -> {
            if (value.isDocument() && operator.equals("$elemMatch")) {
                addKeys(prefix, value.asDocument(), paths);
            } else if (value.isDocument() && operator.equals("$not")) {
                addOperators(prefix, value.asDocument(), paths);
            }
        });
    }

    private static void addExpressions(BsonValue expression, List<String> paths) {
        if (expression.isString()) {
            String text = expression.asString().getValue();
            if (text.startsWith("$") && !text.startsWith("$$")) {
                paths.add(text.substring(1));
            }
        } else if (expression.isArray()) {
            expression.asArray().forEach(each -> addExpressions(each, paths));
        } else if (expression.isDocument() && !expression.asDocument().containsKey("$literal")) {
            expression.asDocument().values().forEach(each -> addExpressions(each, paths));
        }
    }

    /** Empty if the path does not lead into a document. */
    static Optional<DocumentPath> of(String text) {
        return DOCUMENTS.stream().filter(text::startsWith).findFirst().map(document -> {
            List<String> names = new ArrayList<>();
            for (String name : text.substring(document.length()).split("\\.", -1)) {
                if (!name.chars().allMatch(Character::isDigit)) {
                    names.add(name);
                }
            }
            return new DocumentPath(text, List.copyOf(names));
        });
    }

    private static List<BsonDocument> below(BsonValue value) {
        if (value instanceof BsonArray array) {
            return array.stream()
                    .filter(BsonValue::isDocument)
                    .map(BsonValue::asDocument)
                    .toList();
        }
        return value.isDocument() ? List.of(value.asDocument()) : List.of();
    }
}
