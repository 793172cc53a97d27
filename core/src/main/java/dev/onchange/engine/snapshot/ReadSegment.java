package dev.onchange.engine.snapshot;

import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * Documents of neighbouring keys that were read at one time.
 *
 * @param to the last key, from the last key of the segment before on; null if to the end of the collection
 * @param time when they were read: each contains the changes up to it
 */
public record ReadSegment<K>(@Nullable K to, BsonTimestamp time) {

    /** The time of documents that were not read and will not be: they contain no change. */
    static final BsonTimestamp NEVER = new BsonTimestamp(0);
}
