package dev.onchange.engine.dispatch;

import dev.onchange.engine.plan.PlannedHandler;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.WatchedScope;
import dev.onchange.engine.stream.RawChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the handlers that a change concerns, the same as if each were asked, at a cost that hardly grows with their
 * number. Used by one thread at a time.
 */
final class Router {

    /** How many pairs of operation and namespace are remembered; a deployment can have any number of collections. */
    private static final int REMEMBERED = 4_096;

    /** What a stream reports without expanded events. */
    private static final Set<String> COMMON_OPERATIONS =
            Set.of("insert", "update", "replace", "delete", "drop", "rename", "dropDatabase", "invalidate");

    private record Source(
            String operation,
            @Nullable String database,
            @Nullable String collection) {}

    private final boolean expanded;
    private final Map<WatchedScope, List<HandlerRoute>> routes = new LinkedHashMap<>();
    private final Map<Source, List<RouteIndex>> remembered = new HashMap<>();
    private final Map<List<HandlerRoute>, RouteIndex> ordered = new HashMap<>();

    Router(StreamPlan plan, List<HandlerRoute> routes) {
        this.expanded = plan.documents().expandedEvents();
        for (HandlerRoute route : routes) {
            this.routes
                    .computeIfAbsent(route.spec().watched(), watched -> new ArrayList<>())
                    .add(route);
        }
    }

    /** Asks every handler that the change may concern. */
    void route(RawChange raw, RouteMatcher matcher) {
        matcher.about(raw);
        List<RouteIndex> candidates = candidates(raw);
        for (int i = 0; i < candidates.size(); i++) {
            candidates.get(i).ask(raw.document(), matcher);
        }
    }

    /** The same for a change that came without its documents: asks whether handlers may want it, whatever these are. */
    void routeOversized(RawChange raw, RouteMatcher matcher) {
        matcher.about(raw);
        routes.forEach((watched, some) -> {
            boolean watches = Namespaces.concern(watched, raw);
            some.stream()
                    .filter(route -> wants(route.planned(), watches, raw.operation()))
                    .forEach(matcher::askWithoutDocuments);
        });
    }

    private List<RouteIndex> candidates(RawChange raw) {
        if (raw.operation().equals("rename")) {
            // Rare, and concerns two collections.
            return choose(raw);
        }
        Source source = new Source(raw.operation(), raw.database(), raw.collection());
        List<RouteIndex> known = remembered.get(source);
        if (known == null) {
            if (remembered.size() >= REMEMBERED) {
                remembered.clear();
                ordered.clear();
            }
            known = choose(raw);
            remembered.put(source, known);
        }
        return known;
    }

    private List<RouteIndex> choose(RawChange raw) {
        List<RouteIndex> chosen = new ArrayList<>();
        routes.forEach((watched, some) -> {
            boolean watches = Namespaces.concern(watched, raw);
            List<HandlerRoute> wanting = some.stream()
                    .filter(route -> wants(route.planned(), watches, raw.operation()))
                    .toList();
            if (!wanting.isEmpty()) {
                // The many collections of one database share what watches them all.
                chosen.add(ordered.computeIfAbsent(wanting, RouteIndex::new));
            }
        });
        return chosen;
    }

    private boolean wants(PlannedHandler handler, boolean watches, String operation) {
        return handler.takesAll() || watches && handler.takes(operation) && !isHidden(handler.spec(), operation);
    }

    /** Whether only other handlers of the stream asked for such events. */
    private boolean isHidden(HandlerSpec spec, String operation) {
        return expanded
                && !spec.documents().expandedEvents()
                && !COMMON_OPERATIONS.contains(operation)
                && !spec.operations().contains(operation);
    }
}
