package dev.onchange.plan;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * Which stages a change stream takes, and which of them would lose the event's {@code _id}, without which the server
 * ends the stream with error 280.
 *
 * @see <a href="https://www.mongodb.com/docs/manual/changeStreams/#modify-change-stream-output">Modify change stream
 *     output, in the server's manual</a>
 */
final class StageRules {

    private static final Set<String> ALLOWED = new TreeSet<>(
            Set.of("$addFields", "$match", "$project", "$replaceRoot", "$replaceWith", "$redact", "$set", "$unset"));

    private StageRules() {}

    /** @throws InvalidPipelineException at the first stage that is not allowed or visibly loses {@code _id} */
    static void check(List<BsonDocument> stages) {
        for (int index = 0; index < stages.size(); index++) {
            check(stages.get(index), index);
        }
    }

    private static void check(BsonDocument stage, int index) {
        if (stage.size() != 1) {
            throw new InvalidPipelineException(
                    "stage " + index + " has " + stage.size() + " names: " + stage.keySet(),
                    "Give each stage exactly one name, as in {$match: {…}}.");
        }
        String name = stage.getFirstKey();
        if (!ALLOWED.contains(name)) {
            throw new InvalidPipelineException(
                    "stage " + index + ", " + name + ", is not allowed in a change stream",
                    "Use only " + String.join(", ", ALLOWED) + ".");
        }
        if (losesId(name, stage.get(name))) {
            throw new InvalidPipelineException(
                    "stage " + index + ", " + name + ", loses or changes the event's _id, which is its resume token",
                    "Leave _id as it is in every stage.");
        }
    }

    private static boolean losesId(String name, BsonValue argument) {
        return switch (name) {
            case "$project" ->
                argument.isDocument()
                        && argument.asDocument().containsKey("_id")
                        && !isTrue(argument.asDocument().get("_id"));
            case "$addFields", "$set" ->
                argument.isDocument() && argument.asDocument().containsKey("_id");
            case "$unset" -> names(argument).contains("_id");
            case "$replaceRoot" ->
                argument.isDocument() && losesIdAsRoot(argument.asDocument().get("newRoot", org.bson.BsonNull.VALUE));
            case "$replaceWith" -> losesIdAsRoot(argument);
            default -> false;
        };
    }

    private static boolean isTrue(BsonValue included) {
        return (included.isNumber() && included.asNumber().doubleValue() != 0)
                || (included.isBoolean() && included.asBoolean().getValue());
    }

    private static List<String> names(BsonValue argument) {
        return argument.isArray()
                ? argument.asArray().stream()
                        .filter(BsonValue::isString)
                        .map(name -> name.asString().getValue())
                        .toList()
                : argument.isString() ? List.of(argument.asString().getValue()) : List.of();
    }

    /** Only what certainly lacks the token: a document that is spelled out, or a field of the event. */
    private static boolean losesIdAsRoot(BsonValue root) {
        if (root.isString()) {
            return !Set.of("$$ROOT", "$$CURRENT").contains(root.asString().getValue());
        }
        if (!root.isDocument() || root.asDocument().isEmpty()) {
            return true;
        }
        BsonDocument document = root.asDocument();
        if (document.getFirstKey().startsWith("$")) {
            return false;
        }
        BsonValue id = document.get("_id");
        return id == null || !id.isString() || !id.asString().getValue().equals("$_id");
    }
}
