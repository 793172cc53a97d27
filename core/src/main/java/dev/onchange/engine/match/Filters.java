package dev.onchange.engine.match;

import dev.onchange.engine.bson.AllFields;
import dev.onchange.engine.bson.RawBytes;
import org.bson.BsonBinaryWriter;
import org.bson.BsonDocument;
import org.bson.BsonSerializationException;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;

/** Copies filters into raw form, each in an array of its own that is never changed. */
final class Filters {

    private Filters() {}

    static RawBsonDocument copy(BsonDocument filter) {
        if (filter instanceof RawBsonDocument raw) {
            byte[] bytes = new byte[RawBytes.length(raw)];
            System.arraycopy(RawBytes.array(raw), RawBytes.offset(raw), bytes, 0, bytes.length);
            return new RawBsonDocument(bytes);
        }
        BasicOutputBuffer buffer = new BasicOutputBuffer();
        try (BsonBinaryWriter writer = new BsonBinaryWriter(buffer)) {
            new BsonDocumentCodec()
                    .encode(
                            writer,
                            AllFields.of(filter),
                            EncoderContext.builder().build());
        } catch (BsonSerializationException notBson) {
            throw new InvalidMatchException("", String.valueOf(notBson.getMessage()));
        }
        return new RawBsonDocument(buffer.toByteArray());
    }
}
