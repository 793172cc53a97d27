package dev.onchange.engine.bson;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.bson.BsonBinaryReader;
import org.bson.BsonBinaryWriter;
import org.bson.BsonDocument;
import org.bson.BsonReader;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonValueCodec;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;
import org.bson.io.BsonOutput;

/**
 * Documents of values as they lie in other ones, byte by byte: the driver's types replace what is not UTF-8 in a text, and
 * keep one of the fields of one name.
 */
public final class RawDocuments {

    private static final BsonValueCodec CODEC = new BsonValueCodec();

    private RawDocuments() {}

    /** A document of one field. */
    static RawBsonDocument of(String name, byte[] bytes, int type, int at) {
        BasicOutputBuffer output = new BasicOutputBuffer(Raw.size(bytes, type, at) + name.length() + 8);
        int document = begin(output);
        element(output, name, bytes, type, at);
        end(output, document);
        return new RawBsonDocument(output.toByteArray());
    }

    /** The condition that a value is one of those that the documents have in a field. */
    public static RawBsonDocument oneOf(List<RawBsonDocument> documents, String field) {
        byte[] name = field.getBytes(StandardCharsets.UTF_8);
        BasicOutputBuffer output = new BasicOutputBuffer();
        int condition = begin(output);
        if (documents.size() == 1) {
            element(output, "$eq", documents.get(0), name);
        } else {
            output.writeByte(Types.ARRAY);
            output.writeCString("$in");
            int array = begin(output);
            for (int i = 0; i < documents.size(); i++) {
                element(output, Integer.toString(i), documents.get(i), name);
            }
            end(output, array);
        }
        end(output, condition);
        return new RawBsonDocument(output.toByteArray());
    }

    private static void element(BsonOutput output, String name, RawBsonDocument document, byte[] field) {
        byte[] bytes = RawBytes.array(document);
        int element = Raw.find(bytes, RawBytes.offset(document), field);
        element(output, name, bytes, bytes[element], Raw.value(bytes, element));
    }

    private static void element(BsonOutput output, String name, byte[] bytes, int type, int at) {
        output.writeByte(type);
        output.writeCString(name);
        output.writeBytes(bytes, at, Raw.size(bytes, type, at));
    }

    private static int begin(BsonOutput output) {
        int begin = output.getPosition();
        output.writeInt32(0);
        return begin;
    }

    private static void end(BsonOutput output, int begin) {
        output.writeByte(0);
        output.writeInt32(begin, output.getPosition() - begin);
    }

    /**
     * The same document, to be sent as it is. Of a raw document within another one, drivers before 5.8 write the values that
     * their types hold (seen with 5.5.1 and 5.6.5).
     */
    public static RawBsonDocument whole(BsonDocument document) {
        BasicOutputBuffer output = new BasicOutputBuffer();
        try (BsonBinaryWriter writer = new BsonBinaryWriter(output)) {
            write(writer, document);
        }
        return new RawBsonDocument(output.toByteArray());
    }

    private static void write(BsonBinaryWriter writer, BsonValue value) {
        if (value instanceof RawBsonDocument raw) {
            try (BsonReader reader = new BsonBinaryReader(ByteBuffer.wrap(RawBytes.copy(raw)))) {
                writer.pipe(reader);
            }
        } else if (value.isDocument()) {
            writer.writeStartDocument();
            value.asDocument().forEach((name, field) -> {
                writer.writeName(name);
                write(writer, field);
            });
            writer.writeEndDocument();
        } else if (value.isArray()) {
            writer.writeStartArray();
            value.asArray().forEach(element -> write(writer, element));
            writer.writeEndArray();
        } else {
            CODEC.encode(writer, value, EncoderContext.builder().build());
        }
    }
}
