package dev.onchange.engine.snapshot;

import dev.onchange.engine.bson.DocumentId;
import dev.onchange.engine.bson.RawBytes;
import java.util.List;
import org.bson.BsonTimestamp;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * Documents as they were at one time.
 *
 * @param time they contain the changes up to it, and no later one
 * @param documents in the order of their keys; slices of the server's reply
 * @param last up to which key they are all there are, or all that the filter of the request lets through; null if to the
 *     end of the collection
 * @param read how many there are up to it, with those that the filter leaves out
 */
public record Chunk(
        BsonTimestamp time,
        List<RawBsonDocument> documents,
        @Nullable DocumentId last,
        int read) {

    /** The size of a document on the average, in bytes; 0 if there is none. */
    public int documentBytes() {
        return documents.isEmpty() ? 0 : Math.max(1, bytes() / documents.size());
    }

    /** The size of all documents. */
    public int bytes() {
        if (documents.isEmpty()) {
            return 0;
        }
        // They lie one behind the other.
        RawBsonDocument end = documents.get(documents.size() - 1);
        return RawBytes.offset(end) + RawBytes.length(end) - RawBytes.offset(documents.get(0));
    }

    /** All documents up to the last of these; to the end if there are none. */
    static Chunk of(BsonTimestamp time, List<RawBsonDocument> documents) {
        return new Chunk(time, documents, lastOf(documents), documents.size());
    }

    static @Nullable DocumentId lastOf(List<RawBsonDocument> documents) {
        return documents.isEmpty() ? null : DocumentId.copyOf(documents.get(documents.size() - 1));
    }
}
