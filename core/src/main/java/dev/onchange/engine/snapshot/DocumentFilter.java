package dev.onchange.engine.snapshot;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Turns filters of changes into a filter of documents, which lets through at least those whose snapshot events the filters
 * match: the server then need not send the others.
 */
public final class DocumentFilter {

    private static final String DOCUMENT = "fullDocument.";
    private static final String KEY = "documentKey._id";

    private DocumentFilter() {}

    /** For documents that one filter matches; null if these may be any. */
    public static @Nullable BsonDocument of(BsonDocument ofChanges) {
        List<BsonDocument> conditions = new ArrayList<>();
        ofChanges.forEach((name, value) -> {
            BsonDocument condition = condition(name, value);
            if (condition != null) {
                conditions.add(condition);
            }
        });
        return all(conditions);
    }

    /** What does not concern the document alone is left out: the handler's filter is asked anyway. */
    private static @Nullable BsonDocument condition(String name, BsonValue value) {
        if (name.equals("$and")) {
            return allOf(value.asArray());
        }
        if (name.equals("$or")) {
            return any(
                    value.asArray().stream().map(each -> of(each.asDocument())).toList());
        }
        if (name.equals(KEY)) {
            return new BsonDocument("_id", value);
        }
        String path = name.startsWith(DOCUMENT) ? name.substring(DOCUMENT.length()) : "";
        // The server would take such a path for an operator, or for none.
        boolean isPath = !path.isEmpty() && !path.startsWith("$") && !path.startsWith(".");
        return isPath ? new BsonDocument(path, value) : null;
    }

    private static @Nullable BsonDocument allOf(BsonArray filters) {
        List<BsonDocument> conditions = new ArrayList<>();
        for (BsonValue each : filters) {
            BsonDocument condition = of(each.asDocument());
            if (condition != null) {
                conditions.add(condition);
            }
        }
        return all(conditions);
    }

    /** For documents for which all of these hold; null if these may be any. */
    public static @Nullable BsonDocument all(List<BsonDocument> conditions) {
        return switch (conditions.size()) {
            case 0 -> null;
            case 1 -> conditions.get(0);
            default -> new BsonDocument("$and", new BsonArray(conditions));
        };
    }

    /** For documents for which one of these holds at least; null if one of them is, which stands for any document. */
    public static @Nullable BsonDocument any(Collection<? extends @Nullable BsonDocument> filters) {
        Set<BsonDocument> distinct = new LinkedHashSet<>();
        for (BsonDocument each : filters) {
            if (each == null) {
                return null;
            }
            distinct.add(each);
        }
        return distinct.size() == 1
                ? distinct.iterator().next()
                : new BsonDocument("$or", new BsonArray(List.copyOf(distinct)));
    }
}
