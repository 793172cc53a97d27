package dev.onchange.engine.snapshot;

import dev.onchange.engine.bson.DocumentId;
import java.util.List;
import org.bson.BsonTimestamp;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * Documents as they were at one time.
 *
 * @param time they contain the changes up to it, and no later one
 * @param documents in the order of their keys; slices of the server's reply
 */
public record Chunk(BsonTimestamp time, List<RawBsonDocument> documents) {

    /** The key of the last document; null if there is none, as the collection ends. */
    public @Nullable DocumentId last() {
        return documents.isEmpty() ? null : DocumentId.copyOf(documents.get(documents.size() - 1));
    }
}
