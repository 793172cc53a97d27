package dev.onchange.engine.bson;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.bson.BsonBinary;
import org.bson.BsonBinarySubType;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonObjectId;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/**
 * The {@code _id} of a document: equal to what the server's index of a collection without a collation takes for the same,
 * so that two equal ones never stand in one collection. Numbers are equal by value, whatever their types, within compound
 * ones too.
 */
public final class DocumentId implements Comparable<DocumentId> {

    private static final byte[] NAME = "_id".getBytes(StandardCharsets.US_ASCII);

    private static final int OBJECT_ID_SIZE = 12;

    /** What a packed one begins with, before its type and its bytes. */
    private static final byte[] PACKED = "onchange _id\0".getBytes(StandardCharsets.US_ASCII);

    private final byte[] bytes;
    private final int type;
    private final int at;
    private final long hash;

    private DocumentId(byte[] bytes, int type, int at) {
        this.bytes = bytes;
        this.type = type;
        this.at = at;
        this.hash = Hash.of(bytes, type, at);
    }

    /** Of a document, or of the key that names one, where it lies; null if there is none. */
    public static @Nullable DocumentId of(RawBsonDocument document) {
        return of(RawBytes.array(document), RawBytes.offset(document));
    }

    /** Of the document at a position, or of the key there that names one, where it lies; null if there is none. */
    public static @Nullable DocumentId of(byte[] bytes, int document) {
        int element = element(bytes, document);
        return element < 0 ? null : new DocumentId(bytes, bytes[element], Raw.value(bytes, element));
    }

    /** A copy of a document's, which does not hold on to the rest; null if there is none. */
    public static @Nullable DocumentId copyOf(RawBsonDocument document) {
        return copyOf(RawBytes.array(document), RawBytes.offset(document));
    }

    /** A copy of that of the document at a position, which does not hold on to the rest; null if there is none. */
    public static @Nullable DocumentId copyOf(byte[] bytes, int document) {
        int element = element(bytes, document);
        return element < 0 ? null : copy(bytes, bytes[element], Raw.value(bytes, element));
    }

    /** A document as a whole, where it has no {@code _id}. */
    public static DocumentId copyOfWhole(byte[] bytes, int document) {
        return copy(bytes, Types.OBJECT, document);
    }

    private static DocumentId copy(byte[] bytes, int type, int at) {
        return new DocumentId(Arrays.copyOfRange(bytes, at, at + Raw.size(bytes, type, at)), type, 0);
    }

    /** What {@link #hash()} of one of the copies gives, without making one. */
    public static long hash(byte[] bytes, int document) {
        int element = element(bytes, document);
        return element < 0
                ? Hash.of(bytes, Types.OBJECT, document)
                : Hash.of(bytes, bytes[element], Raw.value(bytes, element));
    }

    private static int element(byte[] bytes, int document) {
        return Raw.find(bytes, document, NAME);
    }

    /** As it was written. */
    public BsonValue value() {
        return switch (type) {
            case Types.INT -> new BsonInt32(Raw.int32(bytes, at));
            case Types.LONG -> new BsonInt64(Raw.int64(bytes, at));
            case Types.OBJECT_ID -> new BsonObjectId(new ObjectId(Arrays.copyOfRange(bytes, at, at + OBJECT_ID_SIZE)));
            default -> read();
        };
    }

    private BsonValue read() {
        return named("").values().iterator().next();
    }

    /** A document of one field, which holds it as it lies. */
    public RawBsonDocument named(String field) {
        return RawDocuments.of(field, bytes, type, at);
    }

    /**
     * The form in which it is stored, whatever reads and writes it there: {@link #value}, or packed if the driver's types do not
     * hold it, which replace what is not UTF-8 in a text, and keep one of the fields of one name.
     */
    public BsonValue stored() {
        BsonValue value = value();
        if (type == Types.INT
                || type == Types.LONG
                || type == Types.OBJECT_ID
                || ofValue(value).isWrittenLike(this)) {
            return value;
        }
        int size = Raw.size(bytes, type, at);
        byte[] packed = Arrays.copyOf(PACKED, PACKED.length + 1 + size);
        packed[PACKED.length] = (byte) type;
        System.arraycopy(bytes, at, packed, PACKED.length + 1, size);
        return new BsonBinary(BsonBinarySubType.USER_DEFINED, packed);
    }

    /** From the form that {@link #stored} gave. */
    public static DocumentId ofStored(BsonValue stored) {
        return ofValue(stored).unpacked();
    }

    /** The same, or the one that is packed in it. */
    DocumentId unpacked() {
        // a binary's bytes follow its length and its subtype
        int packed = at + 5;
        int begin = packed + PACKED.length;
        return type == Types.BINARY
                        && Raw.size(bytes, type, at) > 5 + PACKED.length
                        && Arrays.equals(bytes, packed, begin, PACKED, 0, PACKED.length)
                ? copy(bytes, bytes[begin], begin + 1)
                : this;
    }

    private static DocumentId ofValue(BsonValue value) {
        return Objects.requireNonNull(of(new RawBsonDocument(new BsonDocument("_id", value), new BsonDocumentCodec())));
    }

    /** All 64 bits of the hash, the same in every process and version. */
    public long hash() {
        return hash;
    }

    /** The order of the server's index. */
    @Override
    public int compareTo(DocumentId other) {
        return Order.compare(bytes, type, at, other.bytes, other.type, other.at);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DocumentId id
                && hash == id.hash
                && (isWrittenLike(id) || Order.compare(bytes, type, at, id.bytes, id.type, id.at) == 0);
    }

    /** True for most that are equal, and found out quickly. */
    private boolean isWrittenLike(DocumentId id) {
        return type == id.type
                && Arrays.equals(
                        bytes, at, Raw.next(bytes, type, at), id.bytes, id.at, Raw.next(id.bytes, id.type, id.at));
    }

    @Override
    public int hashCode() {
        return Long.hashCode(hash);
    }
}
