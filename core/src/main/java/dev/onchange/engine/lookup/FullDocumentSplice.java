package dev.onchange.engine.lookup;

import dev.onchange.engine.bson.Raw;
import dev.onchange.engine.bson.RawBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/** Puts {@code fullDocument} where the server puts it: before {@code ns}, seen so on 6.0. */
final class FullDocumentSplice {

    private static final byte[] PLACE = "ns".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FIELD = "fullDocument".getBytes(StandardCharsets.US_ASCII);
    private static final byte DOCUMENT = 0x03;
    private static final byte NULL = 0x0A;
    private static final int AROUND_NAME = 2;

    private FullDocumentSplice() {}

    /** A copy of the event with the document, which is null for one that is gone. */
    static RawBsonDocument of(RawBsonDocument event, @Nullable RawBsonDocument document) {
        byte[] bytes = RawBytes.array(event);
        int from = RawBytes.offset(event);
        int end = from + RawBytes.length(event);
        int found = Raw.find(bytes, from, PLACE);
        int place = found < 0 ? end - 1 : found;
        int size = document == null ? 0 : RawBytes.length(document);
        int length = RawBytes.length(event) + FIELD.length + AROUND_NAME + size;
        ByteBuffer whole = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        whole.put(bytes, from, place - from)
                .put(document == null ? NULL : DOCUMENT)
                .put(FIELD)
                .put((byte) 0);
        if (document != null) {
            whole.put(RawBytes.array(document), RawBytes.offset(document), size);
        }
        whole.put(bytes, place, end - place).putInt(0, length);
        return new RawBsonDocument(whole.array());
    }
}
