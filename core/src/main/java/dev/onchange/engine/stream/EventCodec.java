package dev.onchange.engine.stream;

import dev.onchange.engine.bson.RawBytes;
import org.bson.BsonBinaryReader;
import org.bson.BsonReader;
import org.bson.BsonType;
import org.bson.BsonWriter;
import org.bson.codecs.ByteArrayCodec;
import org.bson.codecs.Codec;
import org.bson.codecs.DecoderContext;
import org.bson.codecs.EncoderContext;
import org.bson.codecs.RawBsonDocumentCodec;
import org.bson.io.BsonInput;
import org.bson.io.BsonInputMark;

/**
 * Decodes an event of a reply to its bytes, with a single copy of just its size. The driver's own codec of raw documents
 * copies it into a buffer that grows, and makes a map that nobody reads.
 */
final class EventCodec implements Codec<byte[]> {

    private static final int LENGTH = 4;

    private final ByteArrayCodec binaries = new ByteArrayCodec();
    private final RawBsonDocumentCodec documents = new RawBsonDocumentCodec();

    @Override
    public byte[] decode(BsonReader reader, DecoderContext context) {
        boolean inBatch = reader.getCurrentBsonType() == BsonType.DOCUMENT;
        return inBatch && reader instanceof BsonBinaryReader binary
                ? copy(binary)
                : RawBytes.copy(documents.decode(reader, context));
    }

    @Override
    public void encode(BsonWriter writer, byte[] value, EncoderContext context) {
        binaries.encode(writer, value, context);
    }

    @Override
    public Class<byte[]> getEncoderClass() {
        return byte[].class;
    }

    private static byte[] copy(BsonBinaryReader reader) {
        BsonInput input = reader.getBsonInput();
        BsonInputMark start = input.getMark(LENGTH);
        int size = input.readInt32();
        start.reset();
        byte[] bytes = new byte[size];
        input.readBytes(bytes);
        start.reset();
        // So that the reader knows that the value has been read.
        reader.skipValue();
        return bytes;
    }
}
