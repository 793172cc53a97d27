package dev.onchange.engine.scan;

import dev.onchange.Scope;

/**
 * What a handler watches.
 *
 * @param scope never {@code AUTO}
 * @param database empty for the deployment
 * @param collection empty unless the scope is a collection
 */
public record WatchedScope(Scope scope, String database, String collection) {

    /** {@code shop.inventory}, {@code shop.*}, or {@code *}. */
    @Override
    public String toString() {
        return switch (scope) {
            case COLLECTION -> database + "." + collection;
            case DATABASE -> database + ".*";
            default -> "*";
        };
    }
}
