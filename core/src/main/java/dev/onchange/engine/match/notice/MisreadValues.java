package dev.onchange.engine.match.notice;

import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** Values that the server takes as they stand, and that hardly anybody has meant so. */
final class MisreadValues {

    /** Of DBRefs. */
    private static final Set<String> OF_REFERENCES = Set.of("$ref", "$id", "$db");

    private static final Set<String> OPERATORS =
            Set.of("eq", "ne", "gt", "gte", "lt", "lte", "in", "nin", "not", "exists", "regex", "elemMatch");

    private static final Set<String> WITH_ID = Set.of("fullDocument", "fullDocumentBeforeChange", "documentKey");

    private static final String ID = "_id";

    /** Part of every resume token. */
    private static final String TOKEN = "_data";

    /** As in JavaScript; paths with slashes at both ends have no such characters, or no flag. */
    private static final Pattern SLASHED_PATTERN = Pattern.compile("/(.*[\\^$*+\\\\\\[(|?].*/[imsx]*|.+/i)");

    private MisreadValues() {}

    /** @param within the fields of the documents in the field; empty if not known */
    static List<Problem> of(String where, TestedValue tested, Optional<DocumentFields> within) {
        if (tested.values().isEmpty()) {
            return List.of(Message.EMPTY_LIST.at(where, tested.path(), tested.operator()));
        }
        List<Problem> problems = new ArrayList<>();
        for (BsonValue value : tested.values()) {
            if (value.isString() && isSlashedPattern(value.asString().getValue())) {
                problems.add(Message.SLASHES_OF_PATTERN.at(
                        where, tested.path(), value.asString().getValue()));
            } else if (value.isDocument() && hasOperator(value.asDocument())) {
                problems.add(Message.OPERATOR_IN_VALUE.at(
                        where, tested.path(), value.asDocument().getFirstKey()));
            }
        }
        if (problems.isEmpty() && tested.byEquality()) {
            neverEqual(where, tested, within).ifPresent(problems::add);
        }
        return problems;
    }

    /** Nearly no text begins with a slash, which takes less to see than that the pattern does not match. */
    private static boolean isSlashedPattern(String text) {
        return text.startsWith("/") && SLASHED_PATTERN.matcher(text).matches();
    }

    private static Optional<Problem> neverEqual(String where, TestedValue tested, Optional<DocumentFields> within) {
        String path = tested.path();
        BsonValue first = tested.values().get(0);
        if (path.equals(ID)) {
            return tested.values().stream().noneMatch(value -> hasField(value, TOKEN))
                    ? Optional.of(Message.ID_OF_EVENT.at(where, json(first)))
                    : Optional.empty();
        }
        if (!tested.values().stream()
                .allMatch(value -> value.isDocument() && !value.asDocument().isEmpty())) {
            return Optional.empty();
        }
        String name = first.asDocument().getFirstKey();
        if (WITH_ID.contains(path)) {
            return tested.values().stream().noneMatch(value -> hasField(value, ID))
                    ? Optional.of(Message.DOCUMENT_WITHOUT_ID.at(where, path, name))
                    : Optional.empty();
        }
        boolean known = within.filter(fields -> !fields.isMissing(name)).isPresent();
        return OPERATORS.contains(name) && !known
                ? Optional.of(Message.OPERATOR_WITHOUT_DOLLAR.at(where, path, name))
                : Optional.empty();
    }

    private static boolean hasField(BsonValue value, String name) {
        return value.isDocument() && value.asDocument().containsKey(name);
    }

    private static boolean hasOperator(BsonDocument value) {
        return value.entrySet().stream()
                .anyMatch(field -> field.getKey().startsWith("$") && !OF_REFERENCES.contains(field.getKey())
                        || field.getValue().isDocument()
                                && hasOperator(field.getValue().asDocument()));
    }

    /** A value as the filter has it, but for spaces. */
    static String json(BsonValue value) {
        String json = new BsonDocument("v", value).toJson();
        return json.substring(json.indexOf(':') + 1, json.length() - 1).strip();
    }
}
