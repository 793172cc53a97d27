package dev.onchange.engine.bson;

import java.nio.ByteBuffer;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonBinaryReader;
import org.bson.BsonDocument;
import org.bson.BsonReader;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonValueCodec;
import org.bson.codecs.DecoderContext;

/**
 * A document that the driver writes with all its fields, also those of one name. Of a raw document within another one, drivers
 * before 5.8 write the last field of each name only (seen with 5.5.1 and 5.6.5), so that a filter would become another one.
 */
@SuppressWarnings("serial") // sent, never serialized
public final class AllFields extends BsonDocument {

    private static final BsonValueCodec CODEC = new BsonValueCodec();

    private final List<Map.Entry<String, BsonValue>> fields;

    private AllFields(List<Map.Entry<String, BsonValue>> fields) {
        this.fields = fields;
        fields.forEach(field -> put(field.getKey(), field.getValue()));
    }

    /** The same document, to be written as part of another one. */
    public static BsonDocument of(BsonDocument document) {
        if (document instanceof RawBsonDocument raw) {
            try (BsonReader reader = new BsonBinaryReader(ByteBuffer.wrap(RawBytes.copy(raw)))) {
                return read(reader);
            }
        }
        BsonDocument copy = new BsonDocument();
        document.forEach((name, value) -> copy.put(name, of(value)));
        return copy;
    }

    private static BsonValue of(BsonValue value) {
        if (value.isArray()) {
            return new BsonArray(value.asArray().stream().map(AllFields::of).toList());
        }
        return value.isDocument() ? of(value.asDocument()) : value;
    }

    private static BsonDocument read(BsonReader reader) {
        List<Map.Entry<String, BsonValue>> fields = new ArrayList<>();
        reader.readStartDocument();
        while (reader.readBsonType() != BsonType.END_OF_DOCUMENT) {
            fields.add(Map.entry(reader.readName(), value(reader)));
        }
        reader.readEndDocument();
        return new AllFields(fields);
    }

    private static BsonValue value(BsonReader reader) {
        return switch (reader.getCurrentBsonType()) {
            case DOCUMENT -> read(reader);
            case ARRAY -> array(reader);
            default -> CODEC.decode(reader, DecoderContext.builder().build());
        };
    }

    private static BsonArray array(BsonReader reader) {
        BsonArray array = new BsonArray();
        reader.readStartArray();
        while (reader.readBsonType() != BsonType.END_OF_DOCUMENT) {
            array.add(value(reader));
        }
        reader.readEndArray();
        return array;
    }

    /** A set that has equal fields more than once. */
    @Override
    public Set<Map.Entry<String, BsonValue>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Map.Entry<String, BsonValue>> iterator() {
                return fields.iterator();
            }

            @Override
            public int size() {
                return fields.size();
            }
        };
    }

    /** The driver copies what it sends. */
    @Override
    @SuppressWarnings("MethodDoesntCallSuperMethod") // which keeps one field of each name
    public BsonDocument clone() {
        return new AllFields(fields);
    }
}
