package dev.onchange.engine.scan;

import dev.onchange.Scope;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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

    // By hand, see D69.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof WatchedScope same
                && scope == same.scope
                && database.equals(same.database)
                && collection.equals(same.collection);
    }

    @Override
    public int hashCode() {
        return Objects.hash(scope, database, collection);
    }
}
