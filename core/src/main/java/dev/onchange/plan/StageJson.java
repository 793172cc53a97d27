package dev.onchange.plan;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.util.List;
import org.bson.BsonBinaryWriter;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.io.BasicOutputBuffer;
import org.bson.json.JsonReader;

/** Reads stages written in extended JSON, and says where in the text a mistake is. */
final class StageJson {

    /** The driver reads documents only; so the text, which may be an array, becomes the value of one. */
    private static final String BEFORE = "{stages: ";

    private static final String AFTER = "\n}";

    private StageJson() {}

    /**
     * @param text which of the texts it is
     * @param stage the number of its first stage
     * @return the document that the text holds, or the elements of its array
     */
    static List<BsonValue> read(String json, int text, int stage) {
        String wrapped = BEFORE + json + AFTER;
        RawBsonDocument read;
        try {
            read = convert(new JsonReader(wrapped));
        } catch (RuntimeException notJson) {
            throw invalid(json, consumed(wrapped), text, stage, String.valueOf(notJson.getMessage()));
        }
        BsonValue value = read.get("stages");
        if (read.size() != 1 || value == null || !(value.isDocument() || value.isArray())) {
            throw invalid(json, BEFORE.length() + 1, text, stage, "one document or one array of documents is expected");
        }
        return value.isArray() ? value.asArray().getValues() : List.of(value);
    }

    /**
     * How far the driver reads. Used to find the place of a mistake only: reading from a stream, driver 5.8 refuses
     * {@code {$regex: 'x'}} and {@code {$type: 'string'}}, which it takes from a string.
     */
    private static int consumed(String json) {
        Counting counting = new Counting(json);
        try {
            convert(new JsonReader(counting));
        } catch (RuntimeException sameMistake) {
            return counting.consumed;
        }
        return counting.consumed;
    }

    private static RawBsonDocument convert(JsonReader reader) {
        BasicOutputBuffer buffer = new BasicOutputBuffer();
        try (BsonBinaryWriter writer = new BsonBinaryWriter(buffer)) {
            writer.pipe(reader);
        }
        return new RawBsonDocument(buffer.toByteArray());
    }

    private static InvalidPipelineException invalid(String json, int consumed, int text, int stage, String message) {
        int at = Math.max(0, Math.min(consumed - BEFORE.length(), json.length()) - 1);
        String before = json.substring(0, at);
        int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
        int column = at - before.lastIndexOf('\n');
        boolean array = json.stripLeading().startsWith("[");
        return new InvalidPipelineException(
                text,
                (array ? "" : "stage " + stage + ", ") + "line " + line + ", column " + column,
                "this is not extended JSON: " + message,
                "Write each stage as a JSON document, or all of them in one JSON array.");
    }

    /** Knows how far it was read; the driver's reader takes one character at a time. */
    private static final class Counting extends Reader {

        private final StringReader text;
        private int consumed;

        Counting(String text) {
            this.text = new StringReader(text);
        }

        @Override
        public int read() throws IOException {
            int c = text.read();
            consumed += c >= 0 ? 1 : 0;
            return c;
        }

        @Override
        public int read(char[] buffer, int offset, int length) throws IOException {
            int count = text.read(buffer, offset, length);
            consumed += Math.max(count, 0);
            return count;
        }

        @Override
        public void close() {
            text.close();
        }
    }
}
