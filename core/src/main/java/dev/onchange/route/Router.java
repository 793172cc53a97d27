package dev.onchange.route;

import dev.onchange.match.Match;
import dev.onchange.plan.PlannedHandler;
import dev.onchange.plan.StreamPlan;
import dev.onchange.scan.HandlerSpec;
import dev.onchange.scan.Watched;
import dev.onchange.stream.RawChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.jspecify.annotations.Nullable;

/** Finds the handlers that a change concerns. Used by one thread at a time. */
final class Router {

    /** How many pairs of operation and namespace are remembered; a deployment can have any number of collections. */
    private static final int REMEMBERED = 4_096;

    /** What a stream reports without expanded events. */
    private static final Set<String> COMMON_OPERATIONS =
            Set.of("insert", "update", "replace", "delete", "drop", "rename", "dropDatabase", "invalidate");

    private record Source(String operation, String database, String collection) {}

    private final boolean expanded;
    private final List<Route> routes;
    private final Map<Source, List<Route>> candidates = new HashMap<>();

    Router(StreamPlan plan, List<Route> routes) {
        this.expanded = plan.documents().expandedEvents();
        this.routes = List.copyOf(routes);
    }

    /** Adds to {@code found} every handler that the change concerns. */
    void route(RawChange raw, Found found) {
        for (Route route : candidates(raw)) {
            test(route, raw, found);
        }
    }

    private static void test(Route route, RawChange raw, Found found) {
        Match match = route.match();
        try {
            if ((match == null || match.matches(raw.document())) && route.wants(raw)) {
                found.add(route, null);
            }
        } catch (RuntimeException failure) {
            // Not answered is not "no": the handler's own way of failing decides what becomes of the change.
            if (route.wants(raw)) {
                found.add(route, failure);
            }
        }
    }

    private List<Route> candidates(RawChange raw) {
        String operation = raw.operation();
        if (operation.equals("rename")) {
            // Rare, and concerns two collections.
            return choose(raw, operation);
        }
        Source source = new Source(
                operation,
                Objects.requireNonNullElse(raw.database(), ""),
                Objects.requireNonNullElse(raw.collection(), ""));
        List<Route> known = candidates.get(source);
        if (known == null) {
            if (candidates.size() >= REMEMBERED) {
                candidates.clear();
            }
            known = choose(raw, operation);
            candidates.put(source, known);
        }
        return known;
    }

    private List<Route> choose(RawChange raw, String operation) {
        List<Route> chosen = new ArrayList<>();
        for (Route route : routes) {
            PlannedHandler handler = route.planned();
            boolean takes = handler.takes(operation) && !isHidden(handler, operation) && watches(handler, raw);
            if (handler.takesAll() || takes) {
                chosen.add(route);
            }
        }
        return List.copyOf(chosen);
    }

    private boolean isHidden(PlannedHandler handler, String operation) {
        HandlerSpec spec = handler.spec();
        return expanded
                && !spec.documents().expandedEvents()
                && !COMMON_OPERATIONS.contains(operation)
                && !spec.operations().contains(operation);
    }

    private static boolean watches(PlannedHandler handler, RawChange raw) {
        Watched watched = handler.spec().watched();
        String database = raw.database();
        if (database == null) {
            // An invalidate names nothing and concerns the whole stream.
            return true;
        }
        return concerns(watched, database, raw.collection()) || isRenamedInto(watched, raw);
    }

    private static boolean concerns(Watched watched, String database, @Nullable String collection) {
        return switch (watched.scope()) {
            case COLLECTION ->
                watched.database().equals(database) && watched.collection().equals(collection);
            case DATABASE -> watched.database().equals(database);
            default -> true;
        };
    }

    /** A stream of one collection reports a rename into it too. */
    private static boolean isRenamedInto(Watched watched, RawChange raw) {
        if (!raw.operation().equals("rename")) {
            return false;
        }
        BsonDocument to = raw.document().getDocument("to", new BsonDocument());
        return to.get("db") instanceof BsonString database
                && to.get("coll") instanceof BsonString collection
                && concerns(watched, database.getValue(), collection.getValue());
    }
}
