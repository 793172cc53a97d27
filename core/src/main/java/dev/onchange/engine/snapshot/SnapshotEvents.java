package dev.onchange.engine.snapshot;

import dev.onchange.engine.bson.ChangeKey;
import dev.onchange.engine.bson.Raw;
import dev.onchange.engine.bson.RawBytes;
import dev.onchange.engine.stream.RawChange;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/**
 * Gives the documents of one collection the form of changes. The token of such a change sorts behind those of all changes up
 * to the time of the read, and before those of all later ones; it tells documents apart, and no server takes it.
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

    private static final int STRING_FRAME = 5;
    private static final int DOCUMENT_FRAME = 5;
    private static final int TOKEN_LENGTH = DOCUMENT_FRAME + DATA_FIELD.length + STRING_FRAME + DATA_LENGTH;

    private final SnapshotCollection collection;
    private final String fingerprint;
    private final byte[] namespace;
    private final int fixedLength;

    /** @param fingerprint of the stream that brings the changes */
    public SnapshotEvents(SnapshotCollection collection, String fingerprint) {
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
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The event of a document as it was at a time. */
    public RawChange event(RawBsonDocument document, BsonTimestamp time) {
        byte[] source = RawBytes.array(document);
        int at = RawBytes.offset(document);
        int length = RawBytes.length(document);
        int id = Raw.find(source, at, ID);
        int idLength = Raw.next(source, source[id], Raw.value(source, id)) - id;
        byte[] bytes = new byte[fixedLength + idLength + length];
        ByteBuffer event = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        event.putInt(bytes.length).put(TOKEN_FIELD).putInt(TOKEN_LENGTH);
        event.put(DATA_FIELD).putInt(DATA_LENGTH + 1);
        putHex(event.put(VERSION), time.getValue());
        putHex(event.put(NO_TYPE), ChangeKey.hash(collection.database(), collection.name(), source, at));
        event.put((byte) 0).put((byte) 0);
        event.put(TYPE_AND_TIME_FIELDS).putLong(time.getValue());
        event.put(NAMESPACE_FIELD).put(namespace);
        event.put(KEY_FIELD).putInt(DOCUMENT_FRAME + idLength).put(source, id, idLength);
        event.put((byte) 0);
        event.put(DOCUMENT_FIELD).put(source, at, length);
        return RawChange.of(
                new RawBsonDocument(bytes), fingerprint, OPERATION, collection.database(), collection.name());
    }

    private static void putHex(ByteBuffer event, long value) {
        for (int shift = Long.SIZE - 4; shift >= 0; shift -= 4) {
            event.put(DIGITS[(int) (value >>> shift) & 0xF]);
        }
    }
}
