package dev.onchange.processor.check;

import dev.onchange.problem.Suggestion;
import dev.onchange.processor.source.PayloadFields.Fields;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The fields of change events.
 *
 * @see <a href="https://www.mongodb.com/docs/manual/reference/change-events/">Change events, in the server's manual, up to
 *     8.0</a>
 */
final class EventFields {

    private static final Set<String> NAMES = new TreeSet<>(Set.of(
            "_id",
            "clusterTime",
            "collectionUUID",
            "documentKey",
            "fullDocument",
            "fullDocumentBeforeChange",
            "lsid",
            "ns",
            "nsType",
            "operationDescription",
            "operationType",
            "splitEvent",
            "stateBeforeChange",
            "to",
            "txnNumber",
            "updateDescription",
            "wallTime"));

    private EventFields() {}

    /** The first name of a path if no event has it. */
    static Optional<String> unknown(String path) {
        String first = first(path);
        return first.isEmpty() || NAMES.contains(first) ? Optional.empty() : Optional.of(first);
    }

    /** What was probably meant: the document's field of that name, or an event's of a similar one. */
    static String suggestion(String path, Optional<Fields> document) {
        String first = first(path);
        return document.filter(fields -> fields.names().contains(first)).isPresent()
                ? Suggestion.question("fullDocument." + path)
                : Suggestion.of(first, NAMES);
    }

    private static String first(String path) {
        int dot = path.indexOf('.');
        return dot < 0 ? path : path.substring(0, dot);
    }
}
