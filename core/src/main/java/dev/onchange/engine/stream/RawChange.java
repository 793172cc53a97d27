package dev.onchange.engine.stream;

import dev.onchange.checkpoint.Position;
import dev.onchange.engine.bson.ChangeKey;
import dev.onchange.engine.bson.DocumentId;
import dev.onchange.engine.bson.ElementReader;
import dev.onchange.engine.bson.Raw;
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
    private static final byte[] FULL_DOCUMENT = ascii("fullDocument");
    private static final byte[] NS = ascii("ns");
    private static final byte[] DOCUMENT_KEY = ascii("documentKey");
    private static final byte[] COLLECTION_UUID = ascii("collectionUUID");
    private static final int ABSENT = -1;

    // What a field is to its event.
    private static final int NONE = 0;
    private static final int TOKEN = 1;
    private static final int TIME = 2;
    private static final int KEY = 3;
    private static final int FULL = 4;
    private static final int NAMESPACE = 5;
    private static final int NAME = 6;

    /** How many of these there are. */
    static final int ROLES = 7;

    private final byte[] bytes;
    private final int at;
    private final Origin origin;
    private final int tokenAt;
    private final int timeAt;
    private final int keyAt;
    private final int fullDocumentAt;
    private final String operation;
    private final @Nullable String database;
    private final @Nullable String collection;
    private @Nullable RawBsonDocument document;

    /**
     * What a change has besides its event; the same for most changes of a stream.
     *
     * @param fingerprint of the plan of the stream that delivered it
     * @param oversized whether the event came without its documents
     * @param parts in how many documents of the cursor it came
     * @param beforeLookUp as the stream brought it; null if it is as it came
     */
    record Origin(
            String fingerprint,
            boolean oversized,
            int parts,
            @Nullable RawChange beforeLookUp) {

        /** Of events that come whole, in one document. */
        static Origin of(String fingerprint) {
            return new Origin(fingerprint, false, 1, null);
        }

        Origin inParts(int number) {
            return number == parts ? this : new Origin(fingerprint, oversized, number, beforeLookUp);
        }
    }

    /**
     * @param document the whole event
     * @param fingerprint of the plan of the stream that delivered it
     */
    public RawChange(RawBsonDocument document, String fingerprint) {
        this(document, Origin.of(fingerprint), new NameCache());
    }

    RawChange(RawBsonDocument document, Origin origin, NameCache names) {
        this(RawBytes.array(document), RawBytes.offset(document), origin, names);
        this.document = document;
    }

    /** @param at where the event begins */
    RawChange(byte[] bytes, int at, Origin origin, NameCache names) {
        this.bytes = bytes;
        this.at = at;
        this.origin = origin;
        int[] places = names.layout().places();
        Arrays.fill(places, ABSENT);
        findFields(bytes, at, names.layout(), places);
        this.tokenAt = places[TOKEN];
        this.timeAt = places[TIME];
        this.keyAt = places[KEY];
        this.fullDocumentAt = places[FULL];
        this.operation = places[NAME] == ABSENT ? "" : names.at(bytes, places[NAME]);
        int ns = places[NAMESPACE];
        NameCache.Namespace namespace = ns == ABSENT ? NameCache.Namespace.NONE : names.namespace(bytes, ns);
        this.database = namespace.database();
        this.collection = namespace.collection();
    }

    /** Where the values of the fields begin, by their roles. */
    private static void findFields(byte[] bytes, int at, FieldLayout layout, int[] places) {
        int end = at + Raw.int32(bytes, at) - 1;
        int element = Raw.first(at);
        for (int number = 0; element < end; number++) {
            byte type = bytes[element];
            int value;
            int role;
            if (layout.isSame(number, bytes, element)) {
                value = element + layout.header(number);
                role = layout.role(number);
            } else {
                value = Raw.value(bytes, element);
                role = role(bytes, element, value);
                layout.remember(number, bytes, element, value, role);
            }
            places[role] = value;
            element = value + ElementReader.valueLength(bytes, type, value);
        }
    }

    private static int role(byte[] bytes, int element, int value) {
        // No two of the names have both their length and their first letter in common.
        return switch (value - element - 2) {
            case 2 -> is(bytes, element, ElementReader.DOCUMENT, NS) ? NAMESPACE : NONE;
            case 3 -> is(bytes, element, ElementReader.DOCUMENT, ID) ? TOKEN : NONE;
            case 11 ->
                is(bytes, element, ElementReader.TIMESTAMP, CLUSTER_TIME)
                        ? TIME
                        : is(bytes, element, ElementReader.DOCUMENT, DOCUMENT_KEY) ? KEY : NONE;
            case 12 -> is(bytes, element, ElementReader.DOCUMENT, FULL_DOCUMENT) ? FULL : NONE;
            case 13 -> is(bytes, element, ElementReader.STRING, OPERATION_TYPE) ? NAME : NONE;
            default -> NONE;
        };
    }

    private static boolean is(byte[] bytes, int element, byte type, byte[] name) {
        int from = element + 1;
        return bytes[element] == type && Arrays.equals(bytes, from, from + name.length, name, 0, name.length);
    }

    private RawChange(RawBsonDocument document, Origin origin, String operation, NameCache.Namespace namespace) {
        this.bytes = RawBytes.array(document);
        this.at = RawBytes.offset(document);
        this.origin = origin;
        this.document = document;
        this.operation = operation;
        this.database = namespace.database();
        this.collection = namespace.collection();
        this.tokenAt = valueIn(document, ElementReader.DOCUMENT, ID);
        this.timeAt = valueIn(document, ElementReader.TIMESTAMP, CLUSTER_TIME);
        this.keyAt = valueIn(document, ElementReader.DOCUMENT, DOCUMENT_KEY);
        this.fullDocumentAt = valueIn(document, ElementReader.DOCUMENT, FULL_DOCUMENT);
    }

    private RawChange(RawChange example, byte[] bytes, int fullDocumentAt) {
        this.bytes = bytes;
        this.at = 0;
        this.origin = example.origin;
        this.operation = example.operation;
        this.database = example.database;
        this.collection = example.collection;
        this.tokenAt = example.tokenAt;
        this.timeAt = example.timeAt;
        this.keyAt = example.keyAt;
        this.fullDocumentAt = fullDocumentAt;
    }

    /**
     * Another event with the names and the fields of this one, which do not lie elsewhere, except for the document that it
     * holds.
     *
     * @param event all of it
     */
    public RawChange alike(byte[] event, int fullDocumentAt) {
        return new RawChange(this, event, fullDocumentAt);
    }

    /** An event whose names are known. */
    public static RawChange of(
            RawBsonDocument document, String fingerprint, String operation, String database, String collection) {
        return new RawChange(
                document, Origin.of(fingerprint), operation, new NameCache.Namespace(database, collection));
    }

    private static int valueIn(RawBsonDocument document, byte type, byte[] name) {
        ElementReader fields = new ElementReader(RawBytes.array(document), RawBytes.offset(document));
        return fields.find(name, type) ? fields.valueAt() : ABSENT;
    }

    /** This change with an event that has the looked-up document. */
    public RawChange lookedUp(RawBsonDocument event) {
        return new RawChange(
                event,
                new Origin(fingerprint(), oversized(), parts(), this),
                operation,
                new NameCache.Namespace(database, collection));
    }

    /** The whole event. */
    public RawBsonDocument document() {
        // Made when it is first wanted, by several threads perhaps: they are all the same.
        RawBsonDocument known = document;
        if (known == null) {
            known = new RawBsonDocument(bytes, at, size());
            document = known;
        }
        return known;
    }

    /**
     * The event as the stream brought it, for handlers that are not to see the looked-up document; the same if none was
     * looked up.
     */
    public RawBsonDocument beforeLookUp() {
        RawChange before = origin.beforeLookUp();
        return before == null ? document() : before.document();
    }

    /** The event's {@code fullDocument}, a view of its bytes; null if it has none. */
    public @Nullable RawBsonDocument fullDocument() {
        return fullDocumentAt == ABSENT
                ? null
                : new RawBsonDocument(bytes, fullDocumentAt, ElementReader.int32(bytes, fullDocumentAt));
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
        ElementReader fields = new ElementReader(bytes, at);
        return fields.find(COLLECTION_UUID, ElementReader.BINARY)
                ? ResumeTokens.uuid(bytes, fields.valueAt() + 5)
                : null;
    }

    /** The event's {@code _id}, as a small copy that does not hold on to the event. */
    public BsonDocument token() {
        if (tokenAt == ABSENT) {
            throw new IllegalStateException("The event has no _id: " + document());
        }
        return new RawBsonDocument(Arrays.copyOfRange(bytes, tokenAt, tokenAt + ElementReader.int32(bytes, tokenAt)));
    }

    /** The position of a handler that has settled everything up to and including this change. */
    public Position position() {
        BsonTimestamp time = timeAt == ABSENT ? null : clusterTime();
        return time == null
                ? ResumeTokens.position(token(), fingerprint())
                : new Position(token(), time, fingerprint());
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

    /** Whether it concerns a single document. */
    public boolean hasDocumentKey() {
        return keyAt != ABSENT;
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

    /** The {@code _id} of the document that it concerns, where it lies; null if it concerns none, or has none. */
    public @Nullable DocumentId documentId() {
        return keyAt == ABSENT ? null : DocumentId.of(bytes, keyAt);
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
        return origin.oversized();
    }

    /** The event's size in bytes. */
    public int size() {
        return ElementReader.int32(bytes, at);
    }

    /** Where the characters of the token's {@code _data} begin; negative if it has none. */
    int tokenDataAt() {
        if (tokenAt == ABSENT) {
            return ABSENT;
        }
        ElementReader fields = new ElementReader(bytes, tokenAt);
        return fields.find(ResumeTokens.DATA, ElementReader.STRING) ? fields.valueAt() + 4 : ABSENT;
    }

    private String fingerprint() {
        return origin.fingerprint();
    }

    byte[] bytes() {
        return bytes;
    }

    /** In how many documents of the cursor it came: more than one if the server had to split it. */
    int parts() {
        return origin.parts();
    }

    private static byte[] ascii(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }
}
