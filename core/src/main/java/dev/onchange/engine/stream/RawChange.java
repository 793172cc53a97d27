package dev.onchange.engine.stream;

import dev.onchange.checkpoint.Position;
import dev.onchange.engine.bson.ChangeKey;
import dev.onchange.engine.bson.ElementReader;
import dev.onchange.engine.bson.RawBytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.UUID;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * One event as the server sent it, with access to the few fields by which it is dispatched. Immutable. Events that a
 * handler's own pipeline has reshaped may lack every field but {@code _id}.
 */
public final class RawChange {

    /** The fields of a change that the server could not send whole. */
    public static final Set<String> OVERSIZED_FIELDS =
            Set.of("_id", "operationType", "ns", "documentKey", "clusterTime");

    private static final byte[] ID = ascii("_id");
    private static final byte[] OPERATION_TYPE = ascii("operationType");
    private static final byte[] CLUSTER_TIME = ascii("clusterTime");
    private static final byte[] NS = ascii("ns");
    private static final byte[] DB = ascii("db");
    private static final byte[] COLL = ascii("coll");
    private static final byte[] DOCUMENT_KEY = ascii("documentKey");
    private static final byte[] COLLECTION_UUID = ascii("collectionUUID");
    private static final int ABSENT = -1;

    private final RawBsonDocument document;
    private final String fingerprint;
    private final boolean oversized;
    private final int parts;
    private final RawBsonDocument beforeLookUp;
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
        this(document, fingerprint, new NameCache(), false);
    }

    RawChange(RawBsonDocument document, String fingerprint, NameCache names, boolean oversized) {
        this(document, fingerprint, names, oversized, 1);
    }

    /** @param parts in how many documents of the cursor it came */
    RawChange(RawBsonDocument document, String fingerprint, NameCache names, boolean oversized, int parts) {
        this.document = document;
        this.beforeLookUp = document;
        this.fingerprint = fingerprint;
        this.oversized = oversized;
        this.parts = parts;
        this.bytes = RawBytes.array(document);
        int token = ABSENT;
        int time = ABSENT;
        int key = ABSENT;
        int ns = ABSENT;
        int name = ABSENT;
        ElementReader fields = new ElementReader(bytes, RawBytes.offset(document));
        while (fields.next()) {
            if (fields.is(ElementReader.DOCUMENT, ID)) {
                token = fields.valueAt();
            } else if (fields.is(ElementReader.STRING, OPERATION_TYPE)) {
                name = fields.valueAt();
            } else if (fields.is(ElementReader.TIMESTAMP, CLUSTER_TIME)) {
                time = fields.valueAt();
            } else if (fields.is(ElementReader.DOCUMENT, NS)) {
                ns = fields.valueAt();
            } else if (fields.is(ElementReader.DOCUMENT, DOCUMENT_KEY)) {
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

    private RawChange(RawBsonDocument document, RawChange from) {
        this.document = document;
        this.beforeLookUp = from.beforeLookUp;
        this.fingerprint = from.fingerprint;
        this.oversized = from.oversized;
        this.parts = from.parts;
        this.bytes = RawBytes.array(document);
        this.operation = from.operation;
        this.database = from.database;
        this.collection = from.collection;
        this.tokenAt = valueIn(document, ElementReader.DOCUMENT, ID);
        this.timeAt = valueIn(document, ElementReader.TIMESTAMP, CLUSTER_TIME);
        this.keyAt = valueIn(document, ElementReader.DOCUMENT, DOCUMENT_KEY);
    }

    private RawChange(
            RawBsonDocument document, String fingerprint, String operation, String database, String collection) {
        this.document = document;
        this.beforeLookUp = document;
        this.fingerprint = fingerprint;
        this.oversized = false;
        this.parts = 1;
        this.bytes = RawBytes.array(document);
        this.operation = operation;
        this.database = database;
        this.collection = collection;
        this.tokenAt = valueIn(document, ElementReader.DOCUMENT, ID);
        this.timeAt = valueIn(document, ElementReader.TIMESTAMP, CLUSTER_TIME);
        this.keyAt = valueIn(document, ElementReader.DOCUMENT, DOCUMENT_KEY);
    }

    /** An event whose names are known. */
    public static RawChange of(
            RawBsonDocument document, String fingerprint, String operation, String database, String collection) {
        return new RawChange(document, fingerprint, operation, database, collection);
    }

    private static int valueIn(RawBsonDocument document, byte type, byte[] name) {
        ElementReader fields = new ElementReader(RawBytes.array(document), RawBytes.offset(document));
        return fields.find(name, type) ? fields.valueAt() : ABSENT;
    }

    /** This change with an event that has the looked-up document. */
    public RawChange lookedUp(RawBsonDocument event) {
        return new RawChange(event, this);
    }

    /** The whole event. */
    public RawBsonDocument document() {
        return document;
    }

    /**
     * The event as the stream brought it, for handlers that are not to see the looked-up document; the same if none was
     * looked up.
     */
    public RawBsonDocument beforeLookUp() {
        return beforeLookUp;
    }

    /**
     * The identity of the collection, which differs from that of a later collection of the same name; null if the event
     * does not have it. Without expanded events, only the token has it.
     */
    public @Nullable UUID collectionUuid() {
        int data = tokenDataAt();
        UUID told =
                data < 0 ? null : ResumeTokens.uuidInData(bytes, data, data + ElementReader.int32(bytes, data - 4) - 1);
        if (told != null) {
            return told;
        }
        ElementReader fields = new ElementReader(bytes, RawBytes.offset(document));
        return fields.find(COLLECTION_UUID, ElementReader.BINARY)
                ? ResumeTokens.uuid(bytes, fields.valueAt() + 5)
                : null;
    }

    /** The event's {@code _id}, as a small copy that does not hold on to the event. */
    public BsonDocument token() {
        if (tokenAt == ABSENT) {
            throw new IllegalStateException("The event has no _id: " + document);
        }
        return new RawBsonDocument(Arrays.copyOfRange(bytes, tokenAt, tokenAt + ElementReader.int32(bytes, tokenAt)));
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
            return new BsonTimestamp(ElementReader.int64(bytes, timeAt));
        }
        return tokenAt == ABSENT ? null : ResumeTokens.time(token());
    }

    /** Identifies the document within its collection; null for events that concern no single document. */
    public @Nullable RawBsonDocument documentKey() {
        return keyAt == ABSENT ? null : new RawBsonDocument(bytes, keyAt, ElementReader.int32(bytes, keyAt));
    }

    /**
     * Namespace and document key, to keep changes of one document together; null for events that concern no single
     * document. Does not hold on to the event.
     */
    public @Nullable ChangeKey key() {
        return keyAt == ABSENT ? null : ChangeKey.of(database, collection, bytes, keyAt);
    }

    /** The hash of {@link #key()}, found without making one; 0 if there is none. */
    public long keyHash() {
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
        return RawBytes.length(document);
    }

    /** Where the characters of the token's {@code _data} begin; negative if it has none. */
    int tokenDataAt() {
        if (tokenAt == ABSENT) {
            return ABSENT;
        }
        ElementReader fields = new ElementReader(bytes, tokenAt);
        return fields.find(ResumeTokens.DATA, ElementReader.STRING) ? fields.valueAt() + 4 : ABSENT;
    }

    byte[] bytes() {
        return bytes;
    }

    /** In how many documents of the cursor it came: more than one if the server had to split it. */
    int parts() {
        return parts;
    }

    private @Nullable String stringIn(NameCache names, int documentAt, byte[] name) {
        ElementReader fields = new ElementReader(bytes, documentAt);
        return fields.find(name, ElementReader.STRING) ? names.at(bytes, fields.valueAt()) : null;
    }

    private static byte[] ascii(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }
}
