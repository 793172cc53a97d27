package dev.onchange.engine.bson;

import com.mongodb.MongoClientSettings;
import org.bson.BsonBinaryReader;
import org.bson.BsonReader;
import org.bson.BsonType;
import org.bson.RawBsonDocument;
import org.bson.codecs.DecoderContext;
import org.bson.codecs.RawBsonDocumentCodec;
import org.bson.codecs.configuration.CodecRegistries;
import org.bson.codecs.configuration.CodecRegistry;
import org.bson.io.BsonInput;
import org.bson.io.BsonInputMark;

/**
 * Decodes a raw document by one copy, into an array of its size. The driver's codec makes two, which counts for a reply of
 * 16 MB: both are in memory beside what came from the server.
 */
public final class RawDocumentCodec extends RawBsonDocumentCodec {

    /** The driver's usual codecs, with this one in place of its own. */
    public static final CodecRegistry REGISTRY = CodecRegistries.fromRegistries(
            CodecRegistries.fromCodecs(new RawDocumentCodec()), MongoClientSettings.getDefaultCodecRegistry());

    private static final int LENGTH = 4;

    private RawDocumentCodec() {}

    @Override
    public RawBsonDocument decode(BsonReader reader, DecoderContext context) {
        if (!(reader instanceof BsonBinaryReader binary)) {
            return super.decode(reader, context);
        }
        BsonInput input = binary.getBsonInput();
        BsonInputMark begin = input.getMark(Integer.MAX_VALUE);
        int size = input.readInt32();
        byte[] bytes = new byte[size];
        Raw.putInt32(bytes, 0, size);
        input.readBytes(bytes, LENGTH, size - LENGTH);
        begin.reset();
        passOver(reader);
        return new RawBsonDocument(bytes);
    }

    /** Values are skipped by their length, whatever is in them. */
    private static void passOver(BsonReader reader) {
        reader.readStartDocument();
        while (reader.readBsonType() != BsonType.END_OF_DOCUMENT) {
            reader.skipName();
            reader.skipValue();
        }
        reader.readEndDocument();
    }
}
