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
 * @param told whether it was told that it is complete, or cancelled
 */
public record HandlerProgress(
        List<CollectionProgress> collections,
        List<String> filters,
        @Nullable BsonTimestamp since,
        boolean told) {

    public HandlerProgress {
        collections = List.copyOf(collections);
        filters = List.copyOf(filters);
    }

    /** One that is not complete. */
    public HandlerProgress(List<CollectionProgress> collections, List<String> filters, @Nullable BsonTimestamp since) {
        this(collections, filters, since, false);
    }
}
