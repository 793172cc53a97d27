package dev.onchange.match;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bson.BsonBinaryWriter;
import org.bson.RawBsonDocument;
import org.bson.io.BasicOutputBuffer;
import org.bson.json.JsonReader;

/** Reads filters written in extended JSON, and says where in the text a mistake is. */
final class JsonFilters {

    private static final Pattern FOUND = Pattern.compile("found '(.+)'\\.?$");

    private JsonFilters() {}

    static RawBsonDocument read(String json) {
        RawBsonDocument filter;
        try {
            filter = convert(new JsonReader(json));
        } catch (RuntimeException notJson) {
            throw invalid(json, consumed(json), notJson);
        }
        if (!isAlone(json)) {
            int end = consumed(json);
            int extra = end
                    + json.substring(end).length()
                    - json.substring(end).stripLeading().length();
            throw new InvalidMatchException(
                    place(json, extra), "the filter ends before this; it is one document and nothing else");
        }
        return filter;
    }

    /** The driver stops reading at the end of the first document; as a value of another one it must be all there is. */
    private static boolean isAlone(String json) {
        try {
            return convert(new JsonReader("{filter: " + json + "\n}")).size() == 1;
        } catch (RuntimeException more) {
            return false;
        }
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

    private static InvalidMatchException invalid(String json, int consumed, RuntimeException cause) {
        int at = Math.max(0, Math.min(consumed, json.length()) - 1);
        String message = String.valueOf(cause.getMessage());
        Matcher found = FOUND.matcher(message);
        if (found.find()) {
            int token = json.lastIndexOf(found.group(1), at);
            at = token >= 0 && at - token <= found.group(1).length() + 1 ? token : at;
        }
        InvalidMatchException invalid =
                new InvalidMatchException(place(json, at), "this is not a document in extended JSON: " + message);
        invalid.initCause(cause);
        return invalid;
    }

    private static String place(String json, int at) {
        int line = (int) json.substring(0, at).chars().filter(c -> c == '\n').count() + 1;
        int column = at - json.lastIndexOf('\n', at - 1);
        return "line " + line + ", column " + column;
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
