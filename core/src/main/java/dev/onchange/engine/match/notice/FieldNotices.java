package dev.onchange.engine.match.notice;

import dev.onchange.engine.message.Message;
import dev.onchange.engine.message.Suggestion;
import dev.onchange.problem.Problem;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * Fields that a filter tests and change events do not have, or documents of the payload type do not; and values of another
 * type than the field's. A newer server may have more fields, and documents may have some that the type leaves out.
 */
final class FieldNotices {

    private static final String UPDATED_FIELDS = "updateDescription.updatedFields.";

    private final String where;
    private final Optional<DocumentFields> document;
    private final List<Problem> problems = new ArrayList<>();

    private FieldNotices(String where, Optional<DocumentFields> document) {
        this.where = where;
        this.document = document;
    }

    /**
     * @param tested by the filter
     * @param document the fields of the handler's payload; empty if not known
     */
    static List<Problem> of(
            HandlerUse use, BsonDocument filter, List<TestedValue> tested, Optional<DocumentFields> document) {
        FieldNotices notices = new FieldNotices(use.where().apply("match"), document);
        List<String> paths = DocumentPath.texts(filter);
        paths.forEach(notices::checkEvent);
        new LinkedHashSet<>(paths).forEach(notices::checkNested);
        tested.forEach(notices::checkTested);
        document.ifPresent(fields -> {
            paths.forEach(path -> DocumentPath.of(path).ifPresent(within -> notices.checkDocument(within, fields)));
            ArrayOperator.of(filter).forEach(notices::checkArray);
            ContradictoryBounds.of(filter).forEach(notices::checkBounds);
        });
        return notices.problems;
    }

    private void checkEvent(String path) {
        EventFields.unknown(path)
                .ifPresent(name -> problems.add(
                        Message.UNKNOWN_EVENT_FIELD.at(where, path, name, EventFields.suggestion(path, document))));
    }

    /** An update names what it sets within a document by one key with dots. */
    private void checkNested(String path) {
        if (path.startsWith(UPDATED_FIELDS) && path.indexOf('.', UPDATED_FIELDS.length()) > 0) {
            problems.add(Message.NESTED_UPDATE_PATH.at(where, path, path.substring(UPDATED_FIELDS.length())));
        }
    }

    private void checkKindOfEvent(TestedValue tested) {
        ValueKind kind = EventFields.kind(tested.path());
        if (kind == ValueKind.ANY) {
            return;
        }
        if (tested.values().stream().allMatch(kind::excludes)) {
            problems.add(Message.VALUE_OF_OTHER_TYPE.at(
                    where, tested.path(), ValueKind.of(tested.values().get(0)).toString(), kind.toString()));
        }
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

    private void checkTested(TestedValue tested) {
        Optional<Field> field = field(tested.path());
        List<Problem> misread = MisreadValues.of(where, tested, field.flatMap(Field::below));
        problems.addAll(misread);
        if (misread.isEmpty()) {
            checkKindOfEvent(tested);
            field.ifPresent(known -> checkValue(tested, known));
        }
    }

    private void checkArray(ArrayOperator operator) {
        field(operator.path())
                .filter(Field::hasOneValue)
                .ifPresent(field -> problems.add(
                        Message.NO_ARRAY.at(where, operator.path(), field.kind().toString(), operator.operator())));
    }

    private void checkValue(TestedValue tested, Field field) {
        if (field.isArray() && tested.values().get(0).isBinary()) {
            // An array of bytes is binary data in documents.
            return;
        }
        if (tested.inExpression() && field.isArray()) {
            problems.add(Message.ARRAY_IN_EXPRESSION.at(
                    where, tested.path(), MisreadValues.json(tested.values().get(0))));
            return;
        }
        checkKind(tested, field);
        if (tested.byEquality()) {
            checkConstants(tested, field);
        }
    }

    private void checkKind(TestedValue tested, Field field) {
        ValueKind kind = field.kind();
        BsonValue first = tested.values().get(0);
        if (tested.values().stream().allMatch(kind::excludes)) {
            problems.add(Message.VALUE_OF_OTHER_TYPE.at(
                    where, tested.path(), ValueKind.of(first).toString(), kind.toString()));
        } else if (tested.byEquality() && tested.values().stream().allMatch(kind::isNeverEqual)) {
            problems.add(Message.FRACTION_FOR_WHOLE_NUMBER.at(where, tested.path(), MisreadValues.json(first)));
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

    /** The field of a document that a path leads to; empty if it leads elsewhere, or where fields are not known. */
    private Optional<Field> field(String path) {
        return document.isEmpty() ? Optional.empty() : DocumentPath.of(path).flatMap(this::field);
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

        boolean isArray() {
            return withinArray || parent.isArray(name);
        }

        boolean hasOneValue() {
            return kind() != ValueKind.ANY && !isArray();
        }

        Optional<DocumentFields> below() {
            return parent.below(name);
        }
    }
}
