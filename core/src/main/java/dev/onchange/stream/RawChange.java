package dev.onchange.stream;

import dev.onchange.checkpoint.Position;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/** One event as the server sent it, with the few fields at hand by which it is led to handlers. */
public final class RawChange {

    private final RawBsonDocument document;
    private final String fingerprint;

    /**
     * @param document the whole event
     * @param fingerprint of the plan of the stream that delivered it
     */
    public RawChange(RawBsonDocument document, String fingerprint) {
        this.document = document;
        this.fingerprint = fingerprint;
    }

    /** The whole event. */
    public RawBsonDocument document() {
        return document;
    }

    /** The event's {@code _id}. */
    public BsonDocument token() {
        return document.getDocument("_id");
    }

    /** The position of a handler that has settled everything up to and including this change. */
    public Position position() {
        BsonTimestamp time = clusterTime();
        return new Position(token(), time == null ? new BsonTimestamp(0) : time, fingerprint);
    }

    /** The server's name of the operation; empty if a pipeline removed it. */
    public String operation() {
        return document.getString("operationType").getValue();
    }

    /** The database; null if the event names none. */
    public @Nullable String database() {
        return document.getDocument("ns").getString("db").getValue();
    }

    /** The collection; null if the event names none. */
    public @Nullable String collection() {
        return document.getDocument("ns").getString("coll").getValue();
    }

    /** The time of the oplog entry; from the token if a pipeline removed the field. */
    public @Nullable BsonTimestamp clusterTime() {
        return document.getTimestamp("clusterTime");
    }

    /** Identifies the document within its collection; null for events that concern no single document. */
    public @Nullable RawBsonDocument documentKey() {
        return (RawBsonDocument) document.getDocument("documentKey");
    }

    /** The event's size in bytes. */
    public int size() {
        return document.getByteBuffer().remaining();
    }
}
