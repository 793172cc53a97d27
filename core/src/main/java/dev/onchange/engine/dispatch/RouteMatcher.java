package dev.onchange.engine.dispatch;

import dev.onchange.OversizedChangeException;
import dev.onchange.engine.match.Match;
import dev.onchange.engine.stream.RawChange;
import org.jspecify.annotations.Nullable;

/** Asks routes whether they match a change, each at most once, and notes those that do. Used again for every change. */
final class RouteMatcher {

    private final RouteMatches found;
    private @Nullable RawChange raw;
    private long number;

    RouteMatcher(RouteMatches found) {
        this.found = found;
    }

    /** The next change. */
    void about(RawChange change) {
        raw = change;
        number++;
        found.clear();
    }

    /** Whether the route's filter could match; the change cannot be given to it as it was, and that is the failure noted. */
    void askWithoutDocuments(HandlerRoute route) {
        RawChange change = raw;
        if (change != null && route.firstAskedIn(number) && route.mayMatch(change) && route.wants(change)) {
            found.add(
                    route,
                    new OversizedChangeException("the " + change.operation() + " of " + change.documentKey() + " in "
                            + change.database() + "." + change.collection() + " is larger than the server can send with"
                            + " what the stream's handlers ask for. Ask for less, split it with server 6.0.9 or later,"
                            + " or read the document by its key."));
        }
    }

    void ask(HandlerRoute route) {
        RawChange change = raw;
        if (change == null || !route.firstAskedIn(number)) {
            return;
        }
        Match match = route.match();
        try {
            if ((match == null || match.matches(route.seen(change))) && route.wants(change)) {
                found.add(route, null);
            }
        } catch (RuntimeException failure) {
            // Not answered is not "no": the handler's own way of failing decides what becomes of the change.
            if (route.wants(change)) {
                found.add(route, failure);
            }
        }
    }
}
