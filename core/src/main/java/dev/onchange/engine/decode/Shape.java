package dev.onchange.engine.decode;

import java.util.List;
import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.json.JsonParseException;

/**
 * What an own pipeline makes of the events: whether they still have a {@code fullDocument}, which is then the payload.
 * If they have none, the payload is the whole event. So a user can tell from the pipeline alone.
 */
final class Shape {

    private static final String FIELD = "fullDocument";

    private Shape() {}

    /** @param stages each a JSON document, or all in one JSON array */
    static boolean keepsFullDocument(List<String> stages) {
        boolean kept = true;
        for (String json : stages) {
            for (BsonValue stage : parsed(json)) {
                kept = stage.isDocument() ? after(stage.asDocument(), kept) : kept;
            }
        }
        return kept;
    }

    private static List<BsonValue> parsed(String json) {
        try {
            // Wrapped, so that one parser reads an array as well as a document.
            BsonValue parsed = BsonDocument.parse("{\"\": " + json + "}").get("");
            return parsed instanceof BsonArray several ? several.getValues() : List.of(parsed);
        } catch (JsonParseException e) {
            // The plan reports it, with the stage.
            return List.of();
        }
    }

    private static boolean after(BsonDocument stage, boolean kept) {
        boolean still = kept;
        for (Map.Entry<String, BsonValue> named : stage.entrySet()) {
            still = after(named.getKey(), named.getValue(), still);
        }
        return still;
    }

    private static boolean after(String stage, BsonValue argument, boolean kept) {
        return switch (stage) {
            case "$project" -> argument.isDocument() ? afterProject(argument.asDocument(), kept) : kept;
            case "$addFields", "$set" -> kept || argument.isDocument() && names(argument.asDocument());
            case "$unset" -> kept && !unsets(argument);
            case "$replaceRoot" ->
                afterReplace(argument.isDocument() ? argument.asDocument().get("newRoot", argument) : argument, kept);
            case "$replaceWith" -> afterReplace(argument, kept);
            default -> kept;
        };
    }

    private static boolean afterProject(BsonDocument fields, boolean kept) {
        // {_id: 1} alone includes; beside other fields, _id does not decide.
        boolean excludes = fields.entrySet().stream()
                .filter(field -> fields.size() == 1 || !field.getKey().equals("_id"))
                .allMatch(field -> isFalse(field.getValue()));
        if (excludes) {
            return kept && !fields.containsKey(FIELD);
        }
        BsonValue own = fields.get(FIELD);
        boolean copies = own == null || own.isNumber() || own.isBoolean();
        return names(fields) && (kept || !copies);
    }

    private static boolean afterReplace(BsonValue root, boolean kept) {
        if (root.isDocument() && !isExpression(root.asDocument())) {
            return names(root.asDocument());
        }
        return kept && mentionsRoot(root);
    }

    private static boolean unsets(BsonValue argument) {
        return argument instanceof BsonArray several
                ? several.getValues().stream().anyMatch(Shape::unsets)
                : argument.isString() && argument.asString().getValue().equals(FIELD);
    }

    private static boolean names(BsonDocument fields) {
        return fields.keySet().stream().anyMatch(name -> name.equals(FIELD) || name.startsWith(FIELD + "."));
    }

    private static boolean isExpression(BsonDocument document) {
        return !document.isEmpty() && document.getFirstKey().startsWith("$");
    }

    // {$mergeObjects: ["$$ROOT", …]}, {$setField: {input: "$$ROOT", …}} and the like pass the event on.
    private static boolean mentionsRoot(BsonValue expression) {
        if (expression.isString()) {
            String path = expression.asString().getValue();
            return path.equals("$$ROOT") || path.equals("$$CURRENT");
        }
        if (expression.isArray()) {
            return expression.asArray().stream().anyMatch(Shape::mentionsRoot);
        }
        return expression.isDocument()
                && expression.asDocument().values().stream().anyMatch(Shape::mentionsRoot);
    }

    private static boolean isFalse(BsonValue value) {
        return value.isNumber() ? value.asNumber().doubleValue() == 0 : value.equals(BsonBoolean.FALSE);
    }
}
