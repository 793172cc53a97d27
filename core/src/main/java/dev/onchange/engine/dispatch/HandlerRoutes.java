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

    private final StreamPlan plan;
    private final Map<String, HandlerRoute> routes = new ConcurrentSkipListMap<>();
    private final RouteMatches matches = new RouteMatches();
    private final ScopeCounts counts = new ScopeCounts();
    private @Nullable Router router;
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
        router = null;
        if (route.lanes().mayLinger()) {
            lingering.put(route.id(), route.lanes());
        } else {
            lingering.remove(route.id());
        }
    }

    synchronized void remove(String handlerId) {
        routes.remove(handlerId);
        lingering.remove(handlerId);
    }

    /** Hands over what waits for more, as no more may come. */
    void flush() {
        if (!lingering.isEmpty()) {
            lingering.values().forEach(HandlerLanes::flush);
        }
    }

    /** To be called when a route takes part no longer. */
    synchronized void changed() {
        router = null;
    }

    /** The handlers that the change concerns; valid until the next change. */
    synchronized RouteMatches match(RawChange raw) {
        Router present = router;
        return (present == null ? prepare() : present).route(raw);
    }

    /** Makes what the next change would have to wait for, which takes its time for thousands of handlers. */
    synchronized Router prepare() {
        List<HandlerRoute> active =
                routes.values().stream().filter(HandlerRoute::takesPart).toList();
        Router made = new Router(plan, active, matches, counts);
        router = made;
        return made;
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
