package dev.onchange.engine.snapshot;

import com.mongodb.MongoCommandException;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/** The collection was dropped or renamed, and another one may have its name. */
public final class CollectionGoneException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable BsonTimestamp time;

    CollectionGoneException(SnapshotCollection collection, MongoCommandException cause) {
        super(collection.fullName() + " is another collection by now, or none", cause);
        this.time = cause.getResponse().get("operationTime") instanceof BsonTimestamp told ? told : null;
    }

    /** At which it had gone; null if the server does not tell. */
    public @Nullable BsonTimestamp time() {
        return time;
    }
}
