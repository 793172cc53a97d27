package dev.onchange.engine.dispatch;

import dev.onchange.engine.plan.PlannedHandler;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.WatchedScope;
import dev.onchange.engine.stream.RawChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Predicate;
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

    /** Of so many, to index those that want an operation takes longer than a change may wait. */
    private static final int WORTH_PREPARING = 256;

    /** What most changes are. */
    private static final List<String> USUAL_OPERATIONS = List.of("insert", "update", "replace", "delete");

    record Source(
            String operation,
            @Nullable String database,
            @Nullable String collection) {

        static Source of(RawChange raw) {
            return new Source(raw.operation(), raw.database(), raw.collection());
        }

        // By hand, see D69.
        @Override
        public int hashCode() {
            return Objects.hash(operation, database, collection);
        }

        private boolean concerns(WatchedScope watched) {
            return database == null || Namespaces.concern(watched, database, collection);
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

    /** Those that came after the others had been indexed: so few that they are indexed again with each that comes. */
    private final Map<WatchedScope, List<HandlerRoute>> late = new LinkedHashMap<>();

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

    /**
     * Lets another one take part, at a cost that does not grow with the number of those that were there at first. Gives how many
     * have come since, and take part still.
     */
    int add(HandlerRoute route) {
        late.values().forEach(some -> some.removeIf(one -> !one.takesPart()));
        late.computeIfAbsent(route.spec().watched(), watched -> new ArrayList<>())
                .add(route);
        cached.clear();
        lastDestinations = null;
        return late.values().stream().mapToInt(List::size).sum();
    }

    /** Makes ready what the first change of each usual operation would have to wait for. */
    void prepare() {
        routes.forEach((watched, some) -> {
            if (some.size() >= WORTH_PREPARING) {
                USUAL_OPERATIONS.stream()
                        .map(operation -> wanting(routes, watched, true, operation))
                        .filter(wanting -> !wanting.isEmpty())
                        .forEach(this::index);
            }
        });
    }

    /** How many indexes have been made of those that were there at first. */
    int indexes() {
        return indexOfRoutes.size();
    }

    /** Makes ready what the first changes from the sources of another router would have to wait for. */
    void prepareFor(List<Source> sources) {
        sources.forEach(source -> cached.put(source, choose(source.operation(), source::concerns)));
    }

    /** Where changes have come from. */
    List<Source> sources() {
        return List.copyOf(cached.keySet());
    }

    /** The handlers that the change concerns; valid until the next call. */
    RouteMatches route(RawChange raw) {
        matches.begin(raw);
        if (raw.oversized()) {
            testAll(raw);
        } else {
            Destinations destinations = destinations(raw);
            for (int i = 0; i < destinations.counters().size(); i++) {
                destinations.counters().get(i).increment();
            }
            for (int i = 0; i < destinations.indexes().size(); i++) {
                destinations.indexes().get(i).forEachCandidate(raw, test);
            }
        }
        return matches;
    }

    /** An index needs the documents, without which the change came. */
    private void testAll(RawChange raw) {
        for (WatchedScope watched : scopes()) {
            boolean watches = Namespaces.concern(watched, raw);
            List<HandlerRoute> wanting = new ArrayList<>(wanting(routes, watched, watches, raw.operation()));
            wanting.addAll(wanting(late, watched, watches, raw.operation()));
            if (!wanting.isEmpty()) {
                counts.of(watched, raw.operation()).increment();
                wanting.forEach(matches::testWithoutDocuments);
            }
        }
    }

    private Set<WatchedScope> scopes() {
        Set<WatchedScope> scopes = new LinkedHashSet<>(routes.keySet());
        scopes.addAll(late.keySet());
        return scopes;
    }

    private Destinations destinations(RawChange raw) {
        if (raw.operation().equals("rename")) {
            // Rare, and concerns two collections.
            return choose(raw.operation(), watched -> Namespaces.concern(watched, raw));
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
            known = choose(raw.operation(), source::concerns);
            cached.put(source, known);
        }
        lastSource = source;
        lastDestinations = known;
        return known;
    }

    private Destinations choose(String operation, Predicate<WatchedScope> concerned) {
        List<RouteIndex> chosen = new ArrayList<>();
        List<LongAdder> counters = new ArrayList<>();
        for (WatchedScope watched : scopes()) {
            boolean watches = concerned.test(watched);
            List<HandlerRoute> wanting = wanting(routes, watched, watches, operation);
            List<HandlerRoute> wantingLate = wanting(late, watched, watches, operation);
            if (!wanting.isEmpty()) {
                chosen.add(index(wanting));
            }
            if (!wantingLate.isEmpty()) {
                chosen.add(new RouteIndex(wantingLate));
            }
            if (!wanting.isEmpty() || !wantingLate.isEmpty()) {
                counters.add(counts.of(watched, operation));
            }
        }
        return new Destinations(chosen, counters);
    }

    /** The collections of one database share the index of the routes that watch the whole database. */
    private RouteIndex index(List<HandlerRoute> wanting) {
        return indexOfRoutes.computeIfAbsent(wanting, RouteIndex::new);
    }

    private List<HandlerRoute> wanting(
            Map<WatchedScope, List<HandlerRoute>> some, WatchedScope watched, boolean watches, String operation) {
        return some.getOrDefault(watched, List.of()).stream()
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
