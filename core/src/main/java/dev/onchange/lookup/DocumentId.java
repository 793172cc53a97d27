package dev.onchange.lookup;

import dev.onchange.match.bson.Hash;
import dev.onchange.match.bson.Order;
import dev.onchange.match.bson.Raw;
import java.nio.charset.StandardCharsets;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * The {@code _id} of a document, where it lies: equal to what the server takes for equal, numbers of other types within
 * a compound one included.
 */
final class DocumentId {

    private static final byte[] NAME = "_id".getBytes(StandardCharsets.US_ASCII);

    private final byte[] bytes;
    private final int type;
    private final int at;
    private final int hash;

    private DocumentId(byte[] bytes, int element) {
        this.bytes = bytes;
        this.type = bytes[element];
        this.at = Raw.value(bytes, element);
        this.hash = Long.hashCode(Hash.of(bytes, type, at));
    }

    /** Of a document, or of the key that names one; null if there is none. */
    static @Nullable DocumentId of(RawBsonDocument document) {
        byte[] bytes = document.getBackingArray();
        int element = Raw.find(bytes, document.getByteOffset(), NAME);
        return element < 0 ? null : new DocumentId(bytes, element);
    }

    BsonValue value() {
        int size = Raw.size(bytes, type, at);
        byte[] document = new byte[4 + 2 + size + 1];
        document[0] = (byte) document.length;
        document[1] = (byte) (document.length >>> 8);
        document[2] = (byte) (document.length >>> 16);
        document[3] = (byte) (document.length >>> 24);
        document[4] = (byte) type;
        System.arraycopy(bytes, at, document, 6, size);
        BsonDocument read = new RawBsonDocument(document);
        return read.values().iterator().next();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DocumentId id
                && hash == id.hash
                && Order.compare(bytes, type, at, id.bytes, id.type, id.at) == 0;
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
