package dev.onchange.engine.decode;

import dev.onchange.engine.bson.Raw;
import dev.onchange.engine.bson.RawBytes;
import dev.onchange.engine.bson.Types;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonBinarySubType;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/** Reads single fields of a raw document; one that is missing, or not of the expected type, is null. */
record Fields(RawBsonDocument document) {

    /** A view of the document's own bytes. */
    @Nullable
    RawBsonDocument document(String name) {
        return document(ascii(name));
    }

    /** A view of the document's own bytes. */
    @Nullable
    RawBsonDocument document(byte[] name) {
        int at = value(name, Types.OBJECT);
        return at < 0 ? null : new RawBsonDocument(bytes(), at, Raw.int32(bytes(), at));
    }

    @Nullable
    String string(String name) {
        int at = value(ascii(name), Types.STRING);
        return at < 0 ? null : Raw.text(bytes(), at);
    }

    @Nullable
    BsonTimestamp timestamp(String name) {
        int at = value(ascii(name), Types.TIMESTAMP);
        return at < 0 ? null : new BsonTimestamp(Raw.int64(bytes(), at));
    }

    @Nullable
    Instant instant(String name) {
        int at = value(ascii(name), Types.DATE);
        return at < 0 ? null : Instant.ofEpochMilli(Raw.int64(bytes(), at));
    }

    @Nullable
    Long integer(String name) {
        byte[] field = ascii(name);
        int wide = value(field, Types.LONG);
        if (wide >= 0) {
            return Raw.int64(bytes(), wide);
        }
        int narrow = value(field, Types.INT);
        return narrow < 0 ? null : Long.valueOf(Raw.int32(bytes(), narrow));
    }

    @Nullable
    UUID uuid(String name) {
        return value(ascii(name), Types.BINARY) >= 0
                        && document.get(name) instanceof BsonBinary binary
                        && binary.getType() == BsonBinarySubType.UUID_STANDARD.getValue()
                ? binary.asUuid()
                : null;
    }

    @Nullable
    List<String> strings(String name) {
        return document.get(name) instanceof BsonArray found
                ? found.stream()
                        .filter(BsonValue::isString)
                        .map(each -> each.asString().getValue())
                        .toList()
                : null;
    }

    List<BsonDocument> documents(String name) {
        return document.get(name) instanceof BsonArray found
                ? found.stream()
                        .filter(BsonValue::isDocument)
                        .map(BsonValue::asDocument)
                        .toList()
                : List.of();
    }

    /** In the document's order. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        byte[] bytes = bytes();
        for (int element = Raw.first(RawBytes.offset(document)); bytes[element] != 0; ) {
            names.add(Raw.cString(bytes, element + 1));
            element = Raw.next(bytes, bytes[element], Raw.value(bytes, element));
        }
        return names;
    }

    /** Where the value begins; negative if there is none of that type. */
    private int value(byte[] name, int type) {
        int element = Raw.find(bytes(), RawBytes.offset(document), name);
        return element < 0 || bytes()[element] != type ? -1 : Raw.value(bytes(), element);
    }

    private byte[] bytes() {
        return RawBytes.array(document);
    }

    private static byte[] ascii(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }
}
