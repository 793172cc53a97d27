package dev.onchange.stream;

import dev.onchange.checkpoint.Position;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * One event as the server sent it, with the few fields at hand by which it is led to handlers. Immutable. Events that
 * an own pipeline has reshaped may lack every field but {@code _id}.
 */
public final class RawChange {

    private static final byte[] ID = ascii("_id");
    private static final byte[] OPERATION_TYPE = ascii("operationType");
    private static final byte[] CLUSTER_TIME = ascii("clusterTime");
    private static final byte[] NS = ascii("ns");
    private static final byte[] DB = ascii("db");
    private static final byte[] COLL = ascii("coll");
    private static final byte[] DOCUMENT_KEY = ascii("documentKey");
    private static final int ABSENT = -1;

    private final RawBsonDocument document;
    private final String fingerprint;
    private final boolean oversized;
    private final byte[] bytes;
    private final int tokenAt;
    private final int timeAt;
    private final int keyAt;
    private final String operation;
    private final @Nullable String database;
    private final @Nullable String collection;

    /**
     * @param document the whole event
     * @param fingerprint of the plan of the stream that delivered it
     */
    public RawChange(RawBsonDocument document, String fingerprint) {
        this(document, fingerprint, new Names(), false);
    }

    RawChange(RawBsonDocument document, String fingerprint, Names names, boolean oversized) {
        this.document = document;
        this.fingerprint = fingerprint;
        this.oversized = oversized;
        this.bytes = document.getBackingArray();
        int token = ABSENT;
        int time = ABSENT;
        int key = ABSENT;
        int ns = ABSENT;
        int name = ABSENT;
        Elements fields = new Elements(bytes, document.getByteOffset());
        while (fields.next()) {
            if (fields.is(Elements.DOCUMENT, ID)) {
                token = fields.valueAt();
            } else if (fields.is(Elements.STRING, OPERATION_TYPE)) {
                name = fields.valueAt();
            } else if (fields.is(Elements.TIMESTAMP, CLUSTER_TIME)) {
                time = fields.valueAt();
            } else if (fields.is(Elements.DOCUMENT, NS)) {
                ns = fields.valueAt();
            } else if (fields.is(Elements.DOCUMENT, DOCUMENT_KEY)) {
                key = fields.valueAt();
            }
        }
        this.tokenAt = token;
        this.timeAt = time;
        this.keyAt = key;
        this.operation = name == ABSENT ? "" : names.at(bytes, name);
        this.database = ns == ABSENT ? null : stringIn(names, ns, DB);
        this.collection = ns == ABSENT ? null : stringIn(names, ns, COLL);
    }

    /** The whole event. */
    public RawBsonDocument document() {
        return document;
    }

    /** The event's {@code _id}, as a small copy that does not hold on to the event. */
    public BsonDocument token() {
        if (tokenAt == ABSENT) {
            throw new IllegalStateException("The event has no _id: " + document);
        }
        return new RawBsonDocument(Arrays.copyOfRange(bytes, tokenAt, tokenAt + Elements.int32(bytes, tokenAt)));
    }

    /** The position of a handler that has settled everything up to and including this change. */
    public Position position() {
        BsonTimestamp time = timeAt == ABSENT ? null : clusterTime();
        return time == null ? ResumeTokens.position(token(), fingerprint) : new Position(token(), time, fingerprint);
    }

    /** The server's name of the operation; empty if a pipeline removed it. */
    public String operation() {
        return operation;
    }

    /** The database; null if the event names none. */
    public @Nullable String database() {
        return database;
    }

    /** The collection; null if the event names none. */
    public @Nullable String collection() {
        return collection;
    }

    /** The time of the oplog entry; from the token if a pipeline removed the field. */
    public @Nullable BsonTimestamp clusterTime() {
        if (timeAt != ABSENT) {
            return new BsonTimestamp(Elements.int64(bytes, timeAt));
        }
        return tokenAt == ABSENT ? null : ResumeTokens.time(token());
    }

    /** Identifies the document within its collection; null for events that concern no single document. */
    public @Nullable RawBsonDocument documentKey() {
        return keyAt == ABSENT ? null : new RawBsonDocument(bytes, keyAt, Elements.int32(bytes, keyAt));
    }

    /**
     * Namespace and document key, to keep changes of one document together; null for events that concern no single
     * document. Does not hold on to the event.
     */
    public @Nullable ChangeKey key() {
        return keyAt == ABSENT ? null : ChangeKey.of(database, collection, bytes, keyAt);
    }

    /** The hash code of {@link #key()}, found without making one; 0 if there is none. */
    public int keyHash() {
        return keyAt == ABSENT ? 0 : ChangeKey.hash(database, collection, bytes, keyAt);
    }

    /**
     * Whether the event was larger than the server can send: then the document has only its {@code _id},
     * {@code operationType}, {@code ns}, {@code documentKey} and {@code clusterTime}.
     */
    public boolean oversized() {
        return oversized;
    }

    /** The event's size in bytes. */
    public int size() {
        return document.getByteLength();
    }

    /** Where the characters of the token's {@code _data} begin; negative if it has none. */
    int tokenDataAt() {
        if (tokenAt == ABSENT) {
            return ABSENT;
        }
        Elements fields = new Elements(bytes, tokenAt);
        return fields.find(ResumeTokens.DATA, Elements.STRING) ? fields.valueAt() + 4 : ABSENT;
    }

    byte[] bytes() {
        return bytes;
    }

    private @Nullable String stringIn(Names names, int documentAt, byte[] name) {
        Elements fields = new Elements(bytes, documentAt);
        return fields.find(name, Elements.STRING) ? names.at(bytes, fields.valueAt()) : null;
    }

    private static byte[] ascii(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }
}
