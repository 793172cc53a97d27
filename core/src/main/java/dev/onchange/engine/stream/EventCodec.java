package dev.onchange.engine.stream;

import org.bson.BsonBinaryReader;
import org.bson.BsonReader;
import org.bson.BsonType;
import org.bson.RawBsonDocument;
import org.bson.codecs.DecoderContext;
import org.bson.codecs.RawBsonDocumentCodec;
import org.bson.io.BsonInput;
import org.bson.io.BsonInputMark;

/**
 * Decodes an event of a reply with a single copy of just its size. The driver's own codec copies it into a buffer
 * that grows, and does so before the server is asked for more.
 */
final class EventCodec extends RawBsonDocumentCodec {

    private static final int LENGTH = 4;

    @Override
    public RawBsonDocument decode(BsonReader reader, DecoderContext context) {
        boolean inBatch = reader.getCurrentBsonType() == BsonType.DOCUMENT;
        return inBatch && reader instanceof BsonBinaryReader binary ? copy(binary) : super.decode(reader, context);
    }

    private static RawBsonDocument copy(BsonBinaryReader reader) {
        BsonInput input = reader.getBsonInput();
        BsonInputMark start = input.getMark(LENGTH);
        int size = input.readInt32();
        start.reset();
        byte[] bytes = new byte[size];
        input.readBytes(bytes);
        start.reset();
        // So that the reader knows that the value has been read.
        reader.skipValue();
        return new RawBsonDocument(bytes);
    }
}
