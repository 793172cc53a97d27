package dev.onchange.engine.match.notice;

import dev.onchange.engine.match.Match;
import dev.onchange.engine.message.Message;
import dev.onchange.engine.message.Suggestion;
import dev.onchange.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * Fields that a filter tests and change events do not have, or documents of the payload type do not; and values of another
 * type than the field's. A newer server may have more fields, and documents may have some that the type leaves out.
 */
final class FieldNotices {

    /** Of DBRefs. */
    private static final Set<String> OF_REFERENCES = Set.of("$ref", "$id", "$db");

    /** As in JavaScript; paths with slashes at both ends have no such characters, or no flag. */
    private static final Pattern SLASHED_PATTERN = Pattern.compile("/(.*[\\^$*+\\\\\\[(|?].*/[imsx]*|.+/i)");

    private final String where;
    private final Optional<DocumentFields> document;
    private final List<Problem> problems = new ArrayList<>();

    private FieldNotices(String where, Optional<DocumentFields> document) {
        this.where = where;
        this.document = document;
    }

    /** @param document the fields of the handler's payload; empty if not known */
    static List<Problem> of(HandlerUse use, Match match, Optional<DocumentFields> document) {
        FieldNotices notices = new FieldNotices(use.where().apply("match"), document);
        BsonDocument filter = match.filter();
        List<String> paths = DocumentPath.texts(filter);
        paths.forEach(notices::checkEvent);
        List<TestedValue> tested = TestedValue.of(filter);
        tested.forEach(notices::checkMeant);
        tested.forEach(notices::checkList);
        document.ifPresent(fields -> {
            paths.forEach(path -> DocumentPath.of(path).ifPresent(within -> notices.checkDocument(within, fields)));
            tested.forEach(notices::checkValue);
            ContradictoryBounds.of(filter).forEach(notices::checkBounds);
        });
        return notices.problems;
    }

    private void checkEvent(String path) {
        EventFields.unknown(path)
                .ifPresent(name -> problems.add(
                        Message.UNKNOWN_EVENT_FIELD.at(where, path, name, EventFields.suggestion(path, document))));
    }

    private void checkDocument(DocumentPath path, DocumentFields fields) {
        DocumentFields at = fields;
        for (String name : path.names()) {
            if (at.isMissing(name)) {
                problems.add(Message.UNKNOWN_FIELD.at(where, path.text(), at.type(), name, suggestion(name, at)));
                return;
            }
            Optional<DocumentFields> next = at.below(name);
            if (next.isEmpty()) {
                return;
            }
            at = next.get();
        }
    }

    private static String suggestion(String name, DocumentFields fields) {
        String stored = fields.storedAs(name);
        return stored == null ? Suggestion.of(name, fields.names()) : Suggestion.question(stored);
    }

    /** What looks like a filter or a pattern, and is a value to be found as it stands. */
    private void checkMeant(TestedValue tested) {
        for (BsonValue value : tested.values()) {
            if (value.isDocument() && hasOperator(value.asDocument())) {
                problems.add(Message.OPERATOR_IN_VALUE.at(
                        where, tested.path(), value.asDocument().getFirstKey()));
            } else if (value.isString()
                    && SLASHED_PATTERN.matcher(value.asString().getValue()).matches()) {
                problems.add(Message.SLASHES_OF_PATTERN.at(
                        where, tested.path(), value.asString().getValue()));
            }
        }
    }

    private static boolean hasOperator(BsonDocument value) {
        return value.entrySet().stream()
                .anyMatch(field -> field.getKey().startsWith("$") && !OF_REFERENCES.contains(field.getKey())
                        || field.getValue().isDocument()
                                && hasOperator(field.getValue().asDocument()));
    }

    private void checkList(TestedValue tested) {
        if (tested.values().isEmpty()) {
            problems.add(Message.EMPTY_LIST.at(where, tested.path(), tested.operator()));
        }
    }

    private void checkValue(TestedValue tested) {
        if (!tested.values().isEmpty()) {
            field(tested.path()).ifPresent(field -> {
                checkKind(tested, field);
                if (tested.byEquality()) {
                    checkConstants(tested, field);
                }
            });
        }
    }

    private void checkKind(TestedValue tested, Field field) {
        ValueKind kind = field.kind();
        BsonValue first = tested.values().get(0);
        if (tested.values().stream().allMatch(kind::excludes)) {
            problems.add(Message.VALUE_OF_OTHER_TYPE.at(
                    where, tested.path(), ValueKind.of(first).toString(), kind.toString()));
        } else if (tested.byEquality() && tested.values().stream().allMatch(kind::isNeverEqual)) {
            problems.add(Message.FRACTION_FOR_WHOLE_NUMBER.at(where, tested.path(), json(first)));
        }
    }

    /** One of several that is misspelt is missed, too. */
    private void checkConstants(TestedValue tested, Field field) {
        Set<String> constants = field.parent().constants(field.name());
        tested.values().stream()
                .filter(value -> !constants.isEmpty() && value.isString())
                .map(value -> value.asString().getValue())
                .filter(name -> !constants.contains(name))
                .forEach(name -> problems.add(Message.UNKNOWN_CONSTANT.at(
                        where,
                        tested.path(),
                        name,
                        String.join(", ", new TreeSet<>(constants)),
                        Suggestion.of(name, constants))));
    }

    private void checkBounds(ContradictoryBounds bounds) {
        if (field(bounds.path()).filter(Field::hasOneValue).isPresent()) {
            problems.add(Message.CONTRADICTORY_BOUNDS.at(where, bounds.path(), bounds.lower(), bounds.upper()));
        }
    }

    private static String json(BsonValue value) {
        String json = new BsonDocument("v", value).toJson();
        return json.substring(json.indexOf(':') + 1, json.length() - 1).strip();
    }

    /** The field of a document that a path leads to; empty if it leads elsewhere, or where fields are not known. */
    private Optional<Field> field(String path) {
        return DocumentPath.of(path).flatMap(this::field);
    }

    private Optional<Field> field(DocumentPath path) {
        List<String> names = path.names();
        Optional<DocumentFields> at = document;
        boolean arrays = false;
        for (String name : names.subList(0, Math.max(0, names.size() - 1))) {
            arrays |= at.filter(fields -> fields.isArray(name)).isPresent();
            at = at.flatMap(fields -> fields.below(name));
        }
        boolean within = arrays;
        return names.isEmpty()
                ? Optional.empty()
                : at.map(fields -> new Field(fields, names.get(names.size() - 1), within));
    }

    /**
     * A field of known documents.
     *
     * @param parent what has it
     * @param withinArray whether there may be several documents that have it
     */
    private record Field(DocumentFields parent, String name, boolean withinArray) {

        ValueKind kind() {
            return parent.kind(name);
        }

        boolean hasOneValue() {
            return kind() != ValueKind.ANY && !withinArray && !parent.isArray(name);
        }
    }
}
