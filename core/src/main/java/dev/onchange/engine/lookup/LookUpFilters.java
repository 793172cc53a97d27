package dev.onchange.engine.lookup;

import dev.onchange.engine.match.Match;
import dev.onchange.engine.plan.PlannedHandler;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.scan.WatchedScope;
import dev.onchange.engine.stream.RawChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * Tells for which changes a document is to be looked up: the updates that a handler may still want whatever the
 * document is. Used by one thread at a time.
 */
final class LookUpFilters {

    private static final String UPDATE = "update";

    /** How many collections have a cached filter; a deployment can have any number. */
    private static final int MAX_CACHED = 4_096;

    private final Map<WatchedScope, List<Match>> filters = new LinkedHashMap<>();
    private final Map<Namespace, LookUpFilter> cached = new HashMap<>();

    private record Namespace(
            @Nullable String database, @Nullable String collection) {}

    LookUpFilters(StreamPlan plan) {
        for (PlannedHandler handler : plan.handlers()) {
            if (handler.needsLookUp(plan.documents()) && handler.takes(UPDATE)) {
                filters.computeIfAbsent(handler.spec().watched(), watched -> new ArrayList<>())
                        .add(withoutDocument(handler.match()));
            }
        }
    }

    /** A weaker filter: it lets an event through if the handler's filter may with some document, and cannot fail. */
    private static Match withoutDocument(@Nullable Match match) {
        return match == null ? Match.parse(new BsonDocument()) : match.without("fullDocument");
    }

    boolean includes(RawChange change) {
        if (!change.operation().equals(UPDATE) || change.oversized() || !change.hasDocumentKey()) {
            return false;
        }
        return filterOf(change.database(), change.collection()).includes(change.document());
    }

    private LookUpFilter filterOf(@Nullable String database, @Nullable String collection) {
        Namespace namespace = new Namespace(database, collection);
        LookUpFilter filter = cached.get(namespace);
        if (filter == null) {
            if (cached.size() >= MAX_CACHED) {
                cached.clear();
            }
            filter = new LookUpFilter(filters.entrySet().stream()
                    .filter(entry -> watches(entry.getKey(), namespace))
                    .flatMap(entry -> entry.getValue().stream())
                    .toList());
            cached.put(namespace, filter);
        }
        return filter;
    }

    private static boolean watches(WatchedScope watched, Namespace namespace) {
        return switch (watched.scope()) {
            case COLLECTION ->
                watched.database().equals(namespace.database())
                        && watched.collection().equals(namespace.collection());
            case DATABASE -> watched.database().equals(namespace.database());
            default -> true;
        };
    }
}
