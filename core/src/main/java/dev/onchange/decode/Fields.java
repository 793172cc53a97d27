package dev.onchange.decode;

import dev.onchange.match.bson.Raw;
import dev.onchange.match.bson.Types;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonType;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/** Reads single fields of a raw document; one that is missing, or not of the expected type, is null. */
record Fields(RawBsonDocument document) {

    /** A view of the document's own bytes. */
    @Nullable
    RawBsonDocument document(String name) {
        return document(name.getBytes(StandardCharsets.UTF_8));
    }

    /** A view of the document's own bytes. */
    @Nullable
    RawBsonDocument document(byte[] name) {
        byte[] bytes = document.getBackingArray();
        int element = Raw.find(bytes, document.getByteOffset(), name);
        if (element < 0 || bytes[element] != Types.OBJECT) {
            return null;
        }
        int at = Raw.value(bytes, element);
        return new RawBsonDocument(bytes, at, Raw.int32(bytes, at));
    }

    @Nullable
    String string(String name) {
        return value(name) instanceof BsonString found ? found.getValue() : null;
    }

    @Nullable
    BsonTimestamp timestamp(String name) {
        return value(name) instanceof BsonTimestamp found ? found : null;
    }

    @Nullable
    Instant instant(String name) {
        BsonValue found = value(name);
        return found != null && found.isDateTime()
                ? Instant.ofEpochMilli(found.asDateTime().getValue())
                : null;
    }

    @Nullable
    Long integer(String name) {
        BsonValue found = value(name);
        return found != null && found.isNumber() ? Long.valueOf(found.asNumber().longValue()) : null;
    }

    @Nullable
    List<String> strings(String name) {
        return value(name) instanceof BsonArray found
                ? found.stream()
                        .filter(BsonValue::isString)
                        .map(each -> each.asString().getValue())
                        .toList()
                : null;
    }

    List<BsonDocument> documents(String name) {
        return value(name) instanceof BsonArray found
                ? found.stream()
                        .filter(BsonValue::isDocument)
                        .map(BsonValue::asDocument)
                        .toList()
                : List.of();
    }

    @Nullable
    BsonValue value(String name) {
        BsonValue found = document.get(name);
        return found == null || found.getBsonType() == BsonType.NULL ? null : found;
    }
}
