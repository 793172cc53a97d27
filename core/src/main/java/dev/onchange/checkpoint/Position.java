package dev.onchange.checkpoint;

import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * How far a handler has come: everything up to it is settled, nothing after it is.
 *
 * @param token the resume token of the last settled event, or a later one of the server's; null if only the time is
 *     known, as at a first start
 * @param clusterTime the time of that event or token; everything up to and including it is settled if the token is null
 * @param fingerprint of the stream plan that gave the token; empty if unknown
 */
public record Position(@Nullable BsonDocument token, BsonTimestamp clusterTime, String fingerprint) {

    /** A position that knows only a time: everything at that time and before is settled. */
    public static Position at(BsonTimestamp clusterTime) {
        return new Position(null, clusterTime, "");
    }
}
