package dev.onchange.engine.dispatch;

import dev.onchange.engine.scan.WatchedScope;
import dev.onchange.engine.stream.RawChange;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.jspecify.annotations.Nullable;

/** Compares the namespace of a change with the scope that a handler watches. */
public final class Namespaces {

    private Namespaces() {}

    /** Whether a change happened in the watched scope, or ends the stream over it. */
    public static boolean concern(WatchedScope watched, RawChange raw) {
        String database = raw.database();
        if (database == null) {
            // An invalidate names nothing and concerns the whole stream.
            return true;
        }
        return concern(watched, database, raw.collection()) || isRenamedInto(watched, raw);
    }

    /** Whether a scope contains a collection, or a database. */
    static boolean concern(WatchedScope watched, String database, @Nullable String collection) {
        return switch (watched.scope()) {
            case COLLECTION ->
                watched.database().equals(database) && watched.collection().equals(collection);
            case DATABASE -> watched.database().equals(database);
            default -> true;
        };
    }

    /** A stream of one collection reports a rename into it too. */
    private static boolean isRenamedInto(WatchedScope watched, RawChange raw) {
        return raw.operation().equals("rename")
                && raw.document().get("to") instanceof BsonDocument to
                && to.get("db") instanceof BsonString database
                && to.get("coll") instanceof BsonString collection
                && concern(watched, database.getValue(), collection.getValue());
    }
}
