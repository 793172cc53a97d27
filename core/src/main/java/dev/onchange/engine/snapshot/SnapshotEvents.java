package dev.onchange.engine.snapshot;

import dev.onchange.engine.bson.ChangeKey;
import dev.onchange.engine.bson.DocumentId;
import dev.onchange.engine.bson.Raw;
import dev.onchange.engine.bson.RawBytes;
import dev.onchange.engine.stream.RawChange;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.jspecify.annotations.Nullable;

/**
 * Gives documents of one collection, read at one time, the form of changes. The token of such a change sorts behind those of all changes up
 * to the time of the read, and before those of all later ones; it tells documents apart, and no server takes it.
 * Safe for use by several threads.
 */
public final class SnapshotEvents {

    /** The {@code operationType}, which no server uses. */
    public static final String OPERATION = "snapshot";

    private static final byte[] DIGITS = ascii("0123456789ABCDEF");
    private static final byte[] VERSION = ascii("82");
    private static final byte[] NO_TYPE = ascii("FF");
    private static final byte[] ID = ascii("_id");
    private static final byte[] TOKEN_FIELD = ascii("\3_id\0");
    private static final byte[] DATA_FIELD = ascii("\2_data\0");
    private static final byte[] TYPE_AND_TIME_FIELDS = ascii("\2operationType\0\11\0\0\0snapshot\0\21clusterTime\0");
    private static final byte[] NAMESPACE_FIELD = ascii("\3ns\0");
    private static final byte[] KEY_FIELD = ascii("\3documentKey\0");
    private static final byte[] DOCUMENT_FIELD = ascii("\3fullDocument\0");

    /** The characters of {@code _data}: a version, the time, a byte that no type of a change has, and a hash. */
    private static final int DATA_LENGTH = 2 + 16 + 2 + 16;

    private static final int HEX_LENGTH = 16;

    private static final int STRING_FRAME = 5;
    private static final int DOCUMENT_FRAME = 5;
    private static final int HASH_AT =
            Integer.BYTES + TOKEN_FIELD.length + Integer.BYTES + DATA_FIELD.length + Integer.BYTES + 2 + HEX_LENGTH + 2;
    private static final int TOKEN_LENGTH = DOCUMENT_FRAME + DATA_FIELD.length + STRING_FRAME + DATA_LENGTH;

    private final SnapshotCollection collection;
    private final String fingerprint;
    private final byte[] namespace;
    private final int fixedLength;
    private final byte[] head;

    /** Any of them: what they have in common is found once, or by several threads, and is the same then. */
    private volatile @Nullable RawChange example;

    /**
     * @param fingerprint of the stream that brings the changes
     * @param time as of when the documents were read
     */
    public SnapshotEvents(SnapshotCollection collection, String fingerprint, BsonTimestamp time) {
        this.collection = collection;
        this.fingerprint = fingerprint;
        ByteBuffer written = new RawBsonDocument(
                        new BsonDocument("db", new BsonString(collection.database()))
                                .append("coll", new BsonString(collection.name())),
                        new BsonDocumentCodec())
                .getByteBuffer()
                .asNIO();
        this.namespace = new byte[written.remaining()];
        written.get(namespace);
        this.fixedLength = DOCUMENT_FRAME
                + TOKEN_FIELD.length
                + TOKEN_LENGTH
                + TYPE_AND_TIME_FIELDS.length
                + Long.BYTES
                + NAMESPACE_FIELD.length
                + namespace.length
                + KEY_FIELD.length
                + DOCUMENT_FRAME
                + DOCUMENT_FIELD.length;
        this.head = head(time);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The event of a document, which does not hold on to what lies beside that. */
    public RawChange event(RawBsonDocument document) {
        byte[] source = RawBytes.array(document);
        int at = RawBytes.offset(document);
        return event(source, at, ChangeKey.hash(collection.database(), collection.name(), source, at));
    }

    /**
     * The same.
     *
     * @param at where in the array the document lies
     * @param keyHash the {@linkplain #keyHash hash} of its key
     */
    public RawChange event(byte[] source, int at, long keyHash) {
        int length = Raw.int32(source, at);
        int id = Raw.find(source, at, ID);
        int idLength = Raw.next(source, source[id], Raw.value(source, id)) - id;
        byte[] bytes = new byte[fixedLength + idLength + length];
        System.arraycopy(head, 0, bytes, 0, head.length);
        putInt(bytes, 0, bytes.length);
        putHex(bytes, HASH_AT, keyHash);
        putInt(bytes, head.length, DOCUMENT_FRAME + idLength);
        int next = head.length + Integer.BYTES;
        System.arraycopy(source, id, bytes, next, idLength);
        next += idLength + 1;
        System.arraycopy(DOCUMENT_FIELD, 0, bytes, next, DOCUMENT_FIELD.length);
        next += DOCUMENT_FIELD.length;
        System.arraycopy(source, at, bytes, next, length);
        return raw(bytes, next);
    }

    /** What {@link ChangeKey#hash()} of a document's key is. */
    public long keyHash(DocumentId id) {
        return ChangeKey.hash(collection.database(), collection.name(), id);
    }

    private RawChange raw(byte[] bytes, int fullDocumentAt) {
        RawChange known = example;
        if (known != null) {
            return known.alike(bytes, fullDocumentAt);
        }
        RawChange first = RawChange.of(
                new RawBsonDocument(bytes), fingerprint, OPERATION, collection.database(), collection.name());
        example = first;
        return first;
    }

    /** What the events have in common: all that lies before the key, with a gap for the hash. */
    private byte[] head(BsonTimestamp time) {
        ByteBuffer event = ByteBuffer.allocate(fixedLength).order(ByteOrder.LITTLE_ENDIAN);
        event.putInt(0).put(TOKEN_FIELD).putInt(TOKEN_LENGTH);
        event.put(DATA_FIELD).putInt(DATA_LENGTH + 1);
        event.put(VERSION);
        putHex(event.array(), event.position(), time.getValue());
        event.position(event.position() + HEX_LENGTH);
        event.put(NO_TYPE).position(HASH_AT + HEX_LENGTH);
        event.put((byte) 0).put((byte) 0);
        event.put(TYPE_AND_TIME_FIELDS).putLong(time.getValue());
        event.put(NAMESPACE_FIELD).put(namespace);
        event.put(KEY_FIELD);
        return Arrays.copyOf(event.array(), event.position());
    }

    private static void putInt(byte[] bytes, int at, int value) {
        bytes[at] = (byte) value;
        bytes[at + 1] = (byte) (value >>> 8);
        bytes[at + 2] = (byte) (value >>> 16);
        bytes[at + 3] = (byte) (value >>> 24);
    }

    private static void putHex(byte[] bytes, int at, long value) {
        for (int i = 0; i < HEX_LENGTH; i++) {
            bytes[at + i] = DIGITS[(int) (value >>> Long.SIZE - 4 - 4 * i) & 0xF];
        }
    }
}
