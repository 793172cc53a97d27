package dev.onchange.engine.match.notice;

import dev.onchange.engine.message.Suggestion;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

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

    private static final Set<String> NONE = Set.of();

    /** What stands within fields; what stands within others is open. */
    private static final Map<String, Set<String>> WITHIN = Map.ofEntries(
            Map.entry("_id", Set.of("_id._data", "_id._typeBits")),
            Map.entry("clusterTime", NONE),
            Map.entry("collectionUUID", NONE),
            Map.entry("ns", Set.of("ns.db", "ns.coll")),
            Map.entry("ns.coll", NONE),
            Map.entry("ns.db", NONE),
            Map.entry("nsType", NONE),
            Map.entry("operationType", NONE),
            Map.entry("splitEvent", Set.of("splitEvent.fragment", "splitEvent.of")),
            Map.entry("to", Set.of("to.db", "to.coll")),
            Map.entry("to.coll", NONE),
            Map.entry("to.db", NONE),
            Map.entry("txnNumber", NONE),
            Map.entry(
                    "updateDescription",
                    Set.of(
                            "updateDescription.disambiguatedPaths",
                            "updateDescription.removedFields",
                            "updateDescription.truncatedArrays",
                            "updateDescription.updatedFields")),
            Map.entry("updateDescription.removedFields", NONE),
            Map.entry(
                    "updateDescription.truncatedArrays",
                    Set.of("updateDescription.truncatedArrays.field", "updateDescription.truncatedArrays.newSize")),
            Map.entry("wallTime", NONE));

    private static final Map<String, ValueKind> KINDS = Map.of(
            "clusterTime", ValueKind.TIMESTAMP,
            "txnNumber", ValueKind.NUMBER,
            "updateDescription.removedFields", ValueKind.STRING,
            "wallTime", ValueKind.DATE);

    private EventFields() {}

    /** Of which kind the values are that events have there, or elements of an array. */
    static ValueKind kind(String path) {
        return KINDS.getOrDefault(path, ValueKind.ANY);
    }

    /** The beginning of a path, up to the first name that no event has there. */
    static Optional<String> unknown(String path) {
        String first = first(path);
        if (!first.isEmpty() && !NAMES.contains(first)) {
            return Optional.of(first);
        }
        if (!WITHIN.containsKey(first)) {
            return Optional.empty();
        }
        String parent = first;
        for (String name : names(path).skip(1).toList()) {
            Set<String> known = WITHIN.get(parent);
            String within = parent + "." + name;
            if (known != null && !known.contains(within)) {
                return Optional.of(within);
            }
            parent = within;
        }
        return Optional.empty();
    }

    /** Without numbers, which are places in arrays. */
    private static Stream<String> names(String path) {
        return Stream.of(path.split("\\.", -1))
                .filter(name -> name.isEmpty() || !name.chars().allMatch(Character::isDigit));
    }

    /** What was probably meant: the document's field of that name, or an event's of a similar one. */
    static String suggestion(String path, Optional<DocumentFields> document) {
        Optional<String> unknown = unknown(path).filter(name -> name.contains("."));
        if (unknown.isPresent()) {
            String within = unknown.get();
            return Suggestion.of(within, WITHIN.getOrDefault(within.substring(0, within.lastIndexOf('.')), NONE));
        }
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
