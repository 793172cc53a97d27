package dev.onchange.engine.plan;

import dev.onchange.Scope;
import dev.onchange.engine.scan.WatchedScope;

/** How what one handler watches lies within what another watches. */
final class ScopeCover {

    static final WatchedScope DEPLOYMENT = new WatchedScope(Scope.DEPLOYMENT, "", "");

    private ScopeCover() {}

    static WatchedScope database(String name) {
        return new WatchedScope(Scope.DATABASE, name, "");
    }

    /** Whether everything in {@code inner} is also in {@code outer}. */
    static boolean covers(WatchedScope outer, WatchedScope inner) {
        return switch (outer.scope()) {
            case DEPLOYMENT -> true;
            case DATABASE ->
                inner.scope() != Scope.DEPLOYMENT && inner.database().equals(outer.database());
            default -> inner.equals(outer);
        };
    }
}
