package dev.onchange.engine.match;

import java.util.List;
import org.bson.BsonDocument;
import org.bson.ByteBuf;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/** Documents in which some texts and names are not UTF-8: the server keeps them as they are sent. */
final class Malformed {

    /** As long as the letter whose place they take. */
    private static final List<byte[]> BYTES = List.of(
            new byte[] {(byte) 0xff, (byte) 0xfe},
            new byte[] {(byte) 0xc3, 'a'},
            new byte[] {'a', (byte) 0xc3},
            new byte[] {(byte) 0xa9, (byte) 0xc3},
            new byte[] {(byte) 0xc0, (byte) 0x80},
            new byte[] {(byte) 0xe2, (byte) 0x82});

    private final RandomValues values;

    Malformed(RandomValues values) {
        this.values = values;
    }

    RawBsonDocument some(BsonDocument document) {
        ByteBuf buffer = new RawBsonDocument(document, new BsonDocumentCodec()).getByteBuffer();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        for (int i = 0; i + 1 < bytes.length; i++) {
            if (bytes[i] == (byte) 0xc3 && (bytes[i + 1] == (byte) 0xa9 || bytes[i + 1] == (byte) 0x89)) {
                byte[] other = values.one(BYTES);
                bytes[i] = other[0];
                bytes[i + 1] = other[1];
            }
        }
        return new RawBsonDocument(bytes);
    }
}
