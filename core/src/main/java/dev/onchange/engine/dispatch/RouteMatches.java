package dev.onchange.engine.dispatch;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The handlers that a change concerns. Used again for every change. */
final class RouteMatches {

    private final List<HandlerRoute> routes = new ArrayList<>();
    private final List<@Nullable Throwable> failures = new ArrayList<>();

    void clear() {
        routes.clear();
        failures.clear();
    }

    /** @param failure why it could not be found out whether the change concerns the handler; null if it does */
    void add(HandlerRoute route, @Nullable Throwable failure) {
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

    @Nullable
    Throwable failure(int index) {
        return failures.get(index);
    }
}
