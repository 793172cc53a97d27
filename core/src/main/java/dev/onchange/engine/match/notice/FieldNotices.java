package dev.onchange.engine.match.notice;

import dev.onchange.engine.match.Match;
import dev.onchange.engine.message.Message;
import dev.onchange.engine.message.Suggestion;
import dev.onchange.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;

/**
 * Fields that a filter tests and change events do not have, or documents of the payload type do not; and values of another
 * type than the field's. A newer server may have more fields, and documents may have some that the type leaves out.
 */
final class FieldNotices {

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
        document.ifPresent(fields -> {
            paths.forEach(path -> DocumentPath.of(path).ifPresent(within -> notices.checkDocument(within, fields)));
            TestedValue.of(filter).forEach(notices::checkValue);
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

    private void checkValue(TestedValue tested) {
        DocumentPath.of(tested.path()).flatMap(this::kind).ifPresent(kind -> {
            if (tested.values().stream().allMatch(kind::excludes)) {
                problems.add(Message.VALUE_OF_OTHER_TYPE.at(
                        where,
                        tested.path(),
                        ValueKind.of(tested.values().get(0)).toString(),
                        kind.toString()));
            }
        });
    }

    private Optional<ValueKind> kind(DocumentPath path) {
        List<String> names = path.names();
        Optional<DocumentFields> at = document;
        for (String name : names.subList(0, Math.max(0, names.size() - 1))) {
            at = at.flatMap(fields -> fields.below(name));
        }
        return names.isEmpty() ? Optional.empty() : at.map(fields -> fields.kind(names.get(names.size() - 1)));
    }
}
