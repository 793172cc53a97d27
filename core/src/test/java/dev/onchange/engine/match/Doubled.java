package dev.onchange.engine.match;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bson.BsonBinaryWriter;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.BsonWriter;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonValueCodec;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;

/** Documents in which some names stand twice. */
final class Doubled {

    private static final BsonValueCodec CODEC = new BsonValueCodec();

    private final RandomValues values;

    Doubled(RandomValues values) {
        this.values = values;
    }

    RawBsonDocument some(BsonDocument document) {
        BasicOutputBuffer buffer = new BasicOutputBuffer();
        try (BsonBinaryWriter writer = new BsonBinaryWriter(buffer)) {
            write(writer, document);
        }
        return new RawBsonDocument(buffer.toByteArray());
    }

    private void write(BsonWriter writer, BsonDocument document) {
        writer.writeStartDocument();
        List<BsonValue> others = new ArrayList<>(document.values());
        for (Map.Entry<String, BsonValue> field : document.entrySet()) {
            boolean twice = values.chance(25);
            if (twice) {
                writer.writeName(field.getKey());
                write(
                        writer,
                        values.chance(40)
                                ? values.one(others)
                                : values.chance(50) ? values.value(1) : field.getValue());
            }
            writer.writeName(field.getKey());
            write(writer, field.getValue());
        }
        writer.writeEndDocument();
    }

    private void write(BsonWriter writer, BsonValue value) {
        if (value.isDocument()) {
            write(writer, value.asDocument());
        } else if (value.isArray()) {
            writer.writeStartArray();
            value.asArray().forEach(element -> write(writer, element));
            writer.writeEndArray();
        } else {
            CODEC.encode(writer, value, EncoderContext.builder().build());
        }
    }
}
