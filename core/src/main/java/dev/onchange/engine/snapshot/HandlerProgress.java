package dev.onchange.engine.snapshot;

import java.util.List;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * How far the snapshot of one handler has come.
 *
 * @param collections that are to be read
 * @param filters that documents must match, besides that of the handler, as they were written
 * @param since each document that exists is read not earlier than that; null if only some documents are
 */
public record HandlerProgress(
        List<CollectionProgress> collections,
        List<String> filters,
        @Nullable BsonTimestamp since) {

    public HandlerProgress {
        collections = List.copyOf(collections);
        filters = List.copyOf(filters);
    }
}
