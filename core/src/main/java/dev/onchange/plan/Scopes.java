package dev.onchange.plan;

import dev.onchange.Scope;
import dev.onchange.scan.Watched;

/** How what one handler watches lies within what another watches. */
final class Scopes {

    static final Watched DEPLOYMENT = new Watched(Scope.DEPLOYMENT, "", "");

    private Scopes() {}

    static Watched database(String name) {
        return new Watched(Scope.DATABASE, name, "");
    }

    /** Whether everything in {@code inner} is also in {@code outer}. */
    static boolean covers(Watched outer, Watched inner) {
        return switch (outer.scope()) {
            case DEPLOYMENT -> true;
            case DATABASE ->
                inner.scope() != Scope.DEPLOYMENT && inner.database().equals(outer.database());
            default -> inner.equals(outer);
        };
    }
}
