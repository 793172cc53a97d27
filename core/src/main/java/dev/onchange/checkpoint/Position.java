package dev.onchange.checkpoint;

import java.util.Objects;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.jspecify.annotations.Nullable;

/**
 * How far a handler has come: everything up to it is settled, nothing after it is.
 *
 * @param token the resume token of the last settled event, or a later one of the server's; null if only the time is
 *     known, as at a first start
 * @param clusterTime the time of that event or token; everything up to and including it is settled if the token is null
 * @param fingerprint of the stream plan that gave the token; empty if unknown
 * @param snapshot how far the handler's snapshot has come, for stores to keep as it is; null if none is under way
 */
public record Position(
        @Nullable BsonDocument token,
        BsonTimestamp clusterTime,
        String fingerprint,
        @Nullable BsonDocument snapshot) {

    private static final BsonDocumentCodec TOKEN_CODEC = new BsonDocumentCodec();

    /** A position without a snapshot. */
    public Position(@Nullable BsonDocument token, BsonTimestamp clusterTime, String fingerprint) {
        this(token, clusterTime, fingerprint, null);
    }

    /** The same position with that progress of a snapshot. */
    public Position withSnapshot(@Nullable BsonDocument progress) {
        return new Position(token, clusterTime, fingerprint, progress);
    }

    /** Before everything: under this id there is no position any more. */
    public static final Position NONE = at(new BsonTimestamp(0));

    /** A position with a time alone: everything at that time and before is settled. */
    public static Position at(BsonTimestamp clusterTime) {
        return new Position(null, clusterTime, "");
    }

    /**
     * Whether this position is later than another of the same deployment: by time, and at one time by the tokens'
     * {@code _data}, whose strings sort in the order of the events; a position without a token is the last of its time.
     * False where tokens cannot be compared.
     */
    public boolean isAfter(Position other) {
        int byTime = clusterTime.compareTo(other.clusterTime);
        if (byTime != 0) {
            return byTime > 0;
        }
        if (token == null || other.token == null) {
            return token == null && other.token != null;
        }
        BsonValue data = token.get("_data");
        BsonValue otherData = other.token.get("_data");
        return data != null
                && otherData != null
                && data.isString()
                && otherData.isString()
                && data.asString().compareTo(otherData.asString()) > 0;
    }

    /** Whether a store that keeps the other position is to take this one: it is later, or tells of another snapshot. */
    public boolean replaces(Position other) {
        return isAfter(other) || !other.isAfter(this) && !Objects.equals(snapshot, other.snapshot);
    }

    /** The same position, holding on to nothing but its own bytes: a raw token is a view of the batch it came in. */
    public Position compact() {
        return token instanceof RawBsonDocument raw
                ? new Position(raw.decode(TOKEN_CODEC), clusterTime, fingerprint, snapshot)
                : this;
    }

    // By hand, see D69.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Position same
                && clusterTime.equals(same.clusterTime)
                && Objects.equals(token, same.token)
                && fingerprint.equals(same.fingerprint)
                && Objects.equals(snapshot, same.snapshot);
    }

    @Override
    public int hashCode() {
        return Objects.hash(token, clusterTime, fingerprint, snapshot);
    }
}
