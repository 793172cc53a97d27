package dev.onchange.engine.dispatch;

import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.stream.RawChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one stream by the ids of their handlers. They are changed and matched under this object's lock: what a
 * thread does while it holds the lock happens between two changes of the stream. Reading needs no lock, so asking for a
 * handler's state never waits for the routing of a change.
 */
final class HandlerRoutes {

    /** So many may come before all are indexed anew. */
    private static final int MOST_LATE = 64;

    /** With so many the next change waits for that. */
    private static final int TOO_LATE = 4 * MOST_LATE;

    private final StreamPlan plan;
    private final Map<String, HandlerRoute> routes = new ConcurrentSkipListMap<>();
    private final RouteMatches matches = new RouteMatches();
    private final ScopeCounts counts = new ScopeCounts();
    private @Nullable Router router;
    private int late;
    private long changes;
    private boolean outdated;
    private final Map<String, HandlerLanes> lingering = new ConcurrentHashMap<>();

    HandlerRoutes(StreamPlan plan) {
        this.plan = plan;
    }

    /** How many changes have come, by scope and operation. */
    ScopeCounts counts() {
        return counts;
    }

    /** @throws IllegalStateException if a handler of this id takes part */
    void requireFree(String handlerId) {
        HandlerRoute present = routes.get(handlerId);
        if (present != null && !present.lanes().isQuiet()) {
            throw new IllegalStateException(
                    "the stream " + plan.name() + " has a running handler " + handlerId + " already");
        }
    }

    synchronized void put(HandlerRoute route) {
        routes.put(route.id(), route);
        changes++;
        Router present = router;
        if (present != null) {
            late = present.add(route);
            router = late > TOO_LATE ? null : present;
        }
        if (route.lanes().mayLinger()) {
            lingering.put(route.id(), route.lanes());
        } else {
            lingering.remove(route.id());
        }
    }

    synchronized void remove(String handlerId) {
        routes.remove(handlerId);
        // The last change may have been one of the handler's, and no other may come for long.
        matches.clear();
        outdated = true;
        lingering.remove(handlerId);
    }

    /** Hands over what waits for more, as no more may come. */
    void flush() {
        if (!lingering.isEmpty()) {
            lingering.values().forEach(HandlerLanes::flush);
        }
    }

    /** The handlers that the change concerns; valid until the next change. */
    synchronized RouteMatches match(RawChange raw) {
        Router present = router;
        return (present == null ? renewed() : present).route(raw);
    }

    /** Makes what the first changes would have to wait for, which takes its time for thousands of handlers. */
    synchronized void prepare() {
        renewed().prepare();
    }

    private Router renewed() {
        List<HandlerRoute> active =
                routes.values().stream().filter(HandlerRoute::takesPart).toList();
        Router made = new Router(plan, active, matches, counts);
        router = made;
        late = 0;
        return made;
    }

    /**
     * Makes the index of those that take part now if it has become another one, and knows no other then. Changes are routed
     * meanwhile.
     */
    void renew() {
        Renewal renewal = renewal();
        while (renewal != null) {
            Router made = new Router(plan, renewal.active(), matches, counts);
            made.prepareFor(renewal.sources());
            renewal = replaced(made, renewal.changes()) ? null : renewal();
        }
    }

    private record Renewal(List<HandlerRoute> active, List<Router.Source> sources, long changes) {}

    private synchronized @Nullable Renewal renewal() {
        Router present = router;
        return present == null || !outdated && late <= MOST_LATE
                ? null
                : new Renewal(
                        routes.values().stream().filter(HandlerRoute::takesPart).toList(), present.sources(), changes);
    }

    private synchronized boolean replaced(Router made, long asOf) {
        if (changes != asOf) {
            return false;
        }
        router = made;
        late = 0;
        outdated = false;
        return true;
    }

    List<HandlerRoute> all() {
        return new ArrayList<>(routes.values());
    }

    /** Null if there is none. */
    @Nullable
    HandlerRoute find(String handlerId) {
        return routes.get(handlerId);
    }

    /** @throws IllegalArgumentException if there is none */
    HandlerRoute get(String handlerId) {
        HandlerRoute route = routes.get(handlerId);
        if (route == null) {
            throw new IllegalArgumentException("the stream " + plan.name() + " has no handler " + handlerId);
        }
        return route;
    }
}
