package dev.onchange.engine.stream;

import com.mongodb.MongoNamespace;
import dev.onchange.engine.bson.ElementReader;
import dev.onchange.engine.bson.RawBytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.jspecify.annotations.Nullable;

/**
 * A server's reply to a command of a change stream.
 *
 * @param command the command that is answered
 * @param cursor the cursor; null if the server has closed it, or the reply is about none
 * @param events those that it brings; null if none
 * @param token up to where the server has read, as a small copy; null if it does not say
 */
record CursorReply(
        String command,
        @Nullable ServerCursor cursor,
        @Nullable ReplyEvents events,
        @Nullable BsonDocument token) {

    private static final byte[] CURSOR = ascii("cursor");
    private static final byte[] ID = ascii("id");
    private static final byte[] NS = ascii("ns");
    private static final byte[] TOKEN = ascii("postBatchResumeToken");
    private static final byte[] FIRST_BATCH = ascii("firstBatch");
    private static final byte[] NEXT_BATCH = ascii("nextBatch");

    /** How many events it brings. */
    int documents() {
        return events == null ? 0 : events.size();
    }

    /** A cursor that is open on the server, and the namespace by which it is killed. */
    record ServerCursor(long id, MongoNamespace namespace) {}

    static CursorReply of(String command, BsonDocument response) {
        // The driver hands out its own raw copy of the whole reply; anything else is only a precaution.
        RawBsonDocument raw = response instanceof RawBsonDocument already
                ? already
                : new RawBsonDocument(response, new BsonDocumentCodec());
        byte[] bytes = RawBytes.array(raw);
        ElementReader fields = new ElementReader(bytes, RawBytes.offset(raw));
        return fields.find(CURSOR, ElementReader.DOCUMENT)
                ? ofCursor(command, bytes, fields.valueAt())
                : new CursorReply(command, null, null, null);
    }

    private static CursorReply ofCursor(String command, byte[] bytes, int at) {
        long id = 0;
        ReplyEvents events = null;
        String namespace = "";
        BsonDocument token = null;
        ElementReader fields = new ElementReader(bytes, at);
        while (fields.next()) {
            int valueAt = fields.valueAt();
            if (fields.is(ElementReader.INT64, ID)) {
                id = ElementReader.int64(bytes, valueAt);
            } else if (fields.is(ElementReader.STRING, NS)) {
                int length = ElementReader.int32(bytes, valueAt) - 1;
                namespace = new String(bytes, valueAt + 4, length, StandardCharsets.UTF_8);
            } else if (fields.named(FIRST_BATCH) || fields.named(NEXT_BATCH)) {
                events = ReplyEvents.of(bytes, valueAt);
            } else if (fields.is(ElementReader.DOCUMENT, TOKEN)) {
                int end = valueAt + ElementReader.int32(bytes, valueAt);
                token = new RawBsonDocument(Arrays.copyOfRange(bytes, valueAt, end));
            }
        }
        ServerCursor cursor = id == 0 ? null : new ServerCursor(id, new MongoNamespace(namespace));
        return new CursorReply(command, cursor, events, token);
    }

    private static byte[] ascii(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }
}
