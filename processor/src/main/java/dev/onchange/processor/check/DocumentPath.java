package dev.onchange.processor.check;

import java.util.ArrayList;
import java.util.List;
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

    private static final List<String> DOCUMENTS =
            List.of("fullDocument.", "fullDocumentBeforeChange.", "updateDescription.updatedFields.");

    /** All that a filter names, those in expressions included. */
    static List<DocumentPath> in(BsonDocument filter) {
        List<DocumentPath> paths = new ArrayList<>();
        addKeys("", filter, paths);
        return paths;
    }

    private static void addKeys(String prefix, BsonDocument document, List<DocumentPath> paths) {
        document.forEach((key, value) -> {
            if (key.equals("$expr")) {
                addExpressions(value, paths);
            } else if (key.startsWith("$")) {
                below(value).forEach(branch -> addKeys(prefix, branch, paths));
            } else {
                add(prefix + key, paths);
                below(value).forEach(operators -> addOperators(prefix + key + ".", operators, paths));
            }
        });
    }

    /** Only in {@code $elemMatch}, or negated, do fields stand below operators; what else does is a value. */
    private static void addOperators(String prefix, BsonDocument operators, List<DocumentPath> paths) {
        operators.forEach((operator, value) -> {
            if (value.isDocument() && operator.equals("$elemMatch")) {
                addKeys(prefix, value.asDocument(), paths);
            } else if (value.isDocument() && operator.equals("$not")) {
                addOperators(prefix, value.asDocument(), paths);
            }
        });
    }

    private static void addExpressions(BsonValue expression, List<DocumentPath> paths) {
        if (expression.isString()) {
            String text = expression.asString().getValue();
            if (text.startsWith("$") && !text.startsWith("$$")) {
                add(text.substring(1), paths);
            }
        } else if (expression.isArray()) {
            expression.asArray().forEach(each -> addExpressions(each, paths));
        } else if (expression.isDocument() && !expression.asDocument().containsKey("$literal")) {
            expression.asDocument().values().forEach(each -> addExpressions(each, paths));
        }
    }

    private static void add(String path, List<DocumentPath> paths) {
        DOCUMENTS.stream().filter(path::startsWith).findFirst().ifPresent(document -> {
            List<String> names = new ArrayList<>();
            for (String name : path.substring(document.length()).split("\\.", -1)) {
                if (!name.chars().allMatch(Character::isDigit)) {
                    names.add(name);
                }
            }
            paths.add(new DocumentPath(path, List.copyOf(names)));
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
