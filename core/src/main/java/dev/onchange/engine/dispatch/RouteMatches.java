package dev.onchange.engine.dispatch;

import dev.onchange.OversizedChangeException;
import dev.onchange.engine.match.Match;
import dev.onchange.engine.stream.RawChange;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The handlers that one change concerns: routes are tested, each at most once, and those that match are kept. Used again
 * for every change of a stream, so that routing allocates nothing. Used by one thread at a time.
 */
final class RouteMatches {

    private final List<HandlerRoute> routes = new ArrayList<>();
    private final List<@Nullable Throwable> failures = new ArrayList<>();
    private @Nullable RawChange change;
    private long changeNumber;
    private long keyHash;
    private boolean keyHashKnown;

    /** Forgets the matches of the change before. */
    void begin(RawChange next) {
        clear();
        change = next;
        changeNumber++;
        keyHashKnown = false;
    }

    /** Forgets the last change and its matches. */
    void clear() {
        change = null;
        routes.clear();
        failures.clear();
    }

    /** Adds the route if its filter matches the change, or fails on it. */
    void test(HandlerRoute route) {
        RawChange tested = change;
        if (tested == null || route.isTestedFor(changeNumber)) {
            return;
        }
        route.testedFor(changeNumber);
        if (!route.takesPart() || isOfOtherPartition(route, tested)) {
            return;
        }
        Match match = route.match();
        try {
            if ((match == null || match.matches(route.seen(tested))) && route.wants(tested)) {
                add(route, null);
            }
        } catch (RuntimeException failure) {
            // A filter that fails has not said no: the handler's declaration decides what becomes of the change.
            if (route.wants(tested)) {
                add(route, failure);
            }
        }
    }

    /**
     * Adds the route if its filter might match a change that came without its documents, whatever these are. The handler
     * cannot be given the change as it was: that is the failure.
     */
    void testWithoutDocuments(HandlerRoute route) {
        RawChange tested = change;
        if (tested == null || route.isTestedFor(changeNumber)) {
            return;
        }
        route.testedFor(changeNumber);
        if (route.takesPart() && !isOfOtherPartition(route, tested) && route.mayMatch(tested) && route.wants(tested)) {
            add(
                    route,
                    new OversizedChangeException("the " + tested.operation() + " of " + tested.documentKey() + " in "
                            + tested.database() + "." + tested.collection() + " is larger than the server can send with"
                            + " what the stream's handlers ask for. Ask for less, split it with server 6.0.9 or later,"
                            + " or read the document by its key."));
        }
    }

    private boolean isOfOtherPartition(HandlerRoute route, RawChange tested) {
        if (!route.isDivided()) {
            return false;
        }
        if (!keyHashKnown) {
            keyHash = tested.keyHash();
            keyHashKnown = true;
        }
        return !route.takes(keyHash);
    }

    private void add(HandlerRoute route, @Nullable Throwable failure) {
        routes.add(route);
        failures.add(failure);
    }

    boolean isEmpty() {
        return routes.isEmpty();
    }

    int size() {
        return routes.size();
    }

    HandlerRoute route(int index) {
        return routes.get(index);
    }

    /** Why it is not known whether the change concerns the handler; null if it does. */
    @Nullable
    Throwable failure(int index) {
        return failures.get(index);
    }
}
