package dev.onchange.engine.decode;

import dev.onchange.engine.bson.Raw;
import dev.onchange.engine.bson.RawBytes;
import dev.onchange.engine.decode.Payload.Hidden;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.bson.RawBsonDocument;

/** An event without the documents that its handler has not asked for. */
final class Visible {

    private static final byte[] AFTER = "fullDocument".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] BEFORE = "fullDocumentBeforeChange".getBytes(StandardCharsets.US_ASCII);

    private Visible() {}

    /** The event itself if there is nothing to hide, else a copy. */
    static RawBsonDocument of(RawBsonDocument event, Payload<?> payload, boolean update) {
        RawBsonDocument visible = event;
        if (update && payload.hides(Hidden.LOOKED_UP)) {
            visible = without(visible, AFTER);
        }
        return payload.hides(Hidden.BEFORE) ? without(visible, BEFORE) : visible;
    }

    private static RawBsonDocument without(RawBsonDocument document, byte[] name) {
        byte[] bytes = RawBytes.array(document);
        int from = RawBytes.offset(document);
        int element = Raw.find(bytes, from, name);
        if (element < 0) {
            return document;
        }
        int next = Raw.next(bytes, bytes[element], Raw.value(bytes, element));
        int length = RawBytes.length(document) - (next - element);
        ByteBuffer copy = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        copy.put(bytes, from, element - from).put(bytes, next, from + RawBytes.length(document) - next);
        copy.putInt(0, length);
        return new RawBsonDocument(copy.array());
    }
}
