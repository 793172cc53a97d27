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
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds the handlers that a change concerns, the same as if each filter were tested, at a cost that hardly grows with
 * their number. Used by one thread at a time.
 */
final class Router {

    /** How many pairs of operation and namespace are cached; a deployment can have any number of collections. */
    private static final int CACHED_SOURCES = 4_096;

    /** What a stream reports without expanded events. */
    private static final Set<String> COMMON_OPERATIONS =
            Set.of("insert", "update", "replace", "delete", "drop", "rename", "dropDatabase", "invalidate");

    private record Source(
            String operation,
            @Nullable String database,
            @Nullable String collection) {

        static Source of(RawChange raw) {
            return new Source(raw.operation(), raw.database(), raw.collection());
        }

        /** The same as to be equal to that of the change, which is not made for it. */
        boolean isOf(RawChange raw) {
            return operation.equals(raw.operation())
                    && Objects.equals(collection, raw.collection())
                    && Objects.equals(database, raw.database());
        }
    }

    /**
     * Where changes of one source go.
     *
     * @param counters of the scopes whose handlers want the operation
     */
    private record Destinations(List<RouteIndex> indexes, List<LongAdder> counters) {}

    private final boolean expanded;
    private final RouteMatches matches;
    private final Consumer<HandlerRoute> test;
    private final Map<WatchedScope, List<HandlerRoute>> routes = new LinkedHashMap<>();
    private final ScopeCounts counts;
    private final Map<Source, Destinations> cached = new HashMap<>();
    private final Map<List<HandlerRoute>, RouteIndex> indexOfRoutes = new HashMap<>();

    // Changes of one source tend to come one after the other.
    private Source lastSource = new Source("", null, null);
    private @Nullable Destinations lastDestinations;

    /**
     * @param matches the stream's; filled by each routing
     * @param counts the stream's
     */
    Router(StreamPlan plan, List<HandlerRoute> routes, RouteMatches matches, ScopeCounts counts) {
        this.counts = counts;
        this.matches = matches;
        this.test = matches::test;
        this.expanded = plan.documents().expandedEvents();
        for (HandlerRoute route : routes) {
            this.routes
                    .computeIfAbsent(route.spec().watched(), watched -> new ArrayList<>())
                    .add(route);
        }
    }

    /** The handlers that the change concerns; valid until the next call. */
    RouteMatches route(RawChange raw) {
        matches.begin(raw);
        if (raw.oversized()) {
            testAll(raw);
        } else {
            Destinations destinations = destinations(raw);
            for (int i = 0; i < destinations.indexes().size(); i++) {
                destinations.counters().get(i).increment();
                destinations.indexes().get(i).forEachCandidate(raw, test);
            }
        }
        return matches;
    }

    /** An index needs the documents, without which the change came. */
    private void testAll(RawChange raw) {
        routes.forEach((watched, some) -> {
            boolean watches = Namespaces.concern(watched, raw);
            List<HandlerRoute> wanting = wanting(some, watches, raw.operation());
            if (!wanting.isEmpty()) {
                counts.of(watched, raw.operation()).increment();
                wanting.forEach(matches::testWithoutDocuments);
            }
        });
    }

    private Destinations destinations(RawChange raw) {
        if (raw.operation().equals("rename")) {
            // Rare, and concerns two collections.
            return choose(raw);
        }
        Destinations last = lastDestinations;
        if (last != null && lastSource.isOf(raw)) {
            return last;
        }
        Source source = Source.of(raw);
        Destinations known = cached.get(source);
        if (known == null) {
            if (cached.size() >= CACHED_SOURCES) {
                cached.clear();
                indexOfRoutes.clear();
            }
            known = choose(raw);
            cached.put(source, known);
        }
        lastSource = source;
        lastDestinations = known;
        return known;
    }

    private Destinations choose(RawChange raw) {
        List<RouteIndex> chosen = new ArrayList<>();
        List<LongAdder> counters = new ArrayList<>();
        routes.forEach((watched, some) -> {
            boolean watches = Namespaces.concern(watched, raw);
            List<HandlerRoute> wanting = wanting(some, watches, raw.operation());
            if (!wanting.isEmpty()) {
                counters.add(counts.of(watched, raw.operation()));
                // The collections of one database share the index of the routes that watch the whole database.
                chosen.add(indexOfRoutes.computeIfAbsent(wanting, RouteIndex::new));
            }
        });
        return new Destinations(chosen, counters);
    }

    private List<HandlerRoute> wanting(List<HandlerRoute> some, boolean watches, String operation) {
        return some.stream()
                .filter(route -> wants(route.planned(), watches, operation))
                .toList();
    }

    private boolean wants(PlannedHandler handler, boolean watches, String operation) {
        return handler.takesAll() || watches && handler.takes(operation) && !isHidden(handler.spec(), operation);
    }

    /** Whether the stream has such events only because another of its handlers asked for them. */
    private boolean isHidden(HandlerSpec spec, String operation) {
        return expanded
                && !spec.documents().expandedEvents()
                && !COMMON_OPERATIONS.contains(operation)
                && !spec.operations().contains(operation);
    }
}
