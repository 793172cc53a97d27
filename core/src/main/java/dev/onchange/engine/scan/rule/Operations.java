package dev.onchange.engine.scan.rule;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The server's operation types.
 *
 * @see <a href="https://www.mongodb.com/docs/manual/reference/change-events/">Change events, in the server's manual</a>
 */
public final class Operations {

    static final String INSERT = "insert";
    static final String UPDATE = "update";
    static final String REPLACE = "replace";
    static final String DELETE = "delete";
    static final String DROP_DATABASE = "dropDatabase";
    static final String INVALIDATE = "invalidate";

    /** A document that a snapshot has read: no change of the server's, but an event as well. */
    public static final String SNAPSHOT = "snapshot";

    /** Reported by every change stream. */
    static final List<String> PLAIN =
            List.of(INSERT, UPDATE, REPLACE, DELETE, "drop", "rename", DROP_DATABASE, INVALIDATE);

    /** Reported with {@code showExpandedEvents} only. */
    static final List<String> EXPANDED = List.of(
            "create",
            "createIndexes",
            "dropIndexes",
            "modify",
            "shardCollection",
            "reshardCollection",
            "refineCollectionShardKey");

    public static final List<String> ALL =
            Stream.concat(PLAIN.stream(), EXPANDED.stream()).toList();

    /** Those whose events have a {@code fullDocument}. */
    static final Set<String> WITH_DOCUMENT = Set.of(INSERT, UPDATE, REPLACE, SNAPSHOT);

    /** Those whose events may have a {@code fullDocumentBeforeChange}. */
    static final Set<String> WITH_BEFORE_IMAGE = Set.of(UPDATE, REPLACE, DELETE);

    /** Names of commands and of methods of the driver, which are mistaken for operations. */
    static final Map<String, String> OTHER_WORDS = Map.of(
            "remove",
            DELETE,
            "upsert",
            UPDATE,
            "save",
            REPLACE,
            "set",
            UPDATE,
            "add",
            INSERT,
            "dropcollection",
            "drop",
            "renamecollection",
            "rename",
            "collmod",
            "modify",
            "createindex",
            "createIndexes",
            "dropindex",
            "dropIndexes");

    private Operations() {}

    static String quoted(Collection<String> names) {
        return names.stream().map(name -> '"' + name + '"').collect(Collectors.joining(", "));
    }
}
