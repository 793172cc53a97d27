package dev.onchange.engine.bson;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import org.bson.BsonBinaryWriter;
import org.bson.BsonRegularExpression;
import org.bson.RawBsonDocument;
import org.bson.io.BasicOutputBuffer;
import org.bson.json.JsonReader;

/** Documents written in extended JSON, relaxed as in the shell, and places in their text. */
public final class ExtendedJson {

    private static final int SPARE = 32;

    private ExtendedJson() {}

    /**
     * Reads the first document of the text.
     *
     * @throws RuntimeException of the driver, if the text does not begin with one
     */
    public static RawBsonDocument read(String json) {
        return read(new JsonReader(json), json.length());
    }

    /**
     * How many characters the driver reads, up to a mistake or the end of the first document. Used to find a place
     * only: reading from a stream, driver 5.8 refuses {@code {$regex: 'x'}} and {@code {$type: 'string'}}, which it
     * takes from a string.
     */
    public static int consumed(String json) {
        Counting counting = new Counting(json);
        try {
            read(new JsonReader(counting), json.length());
        } catch (RuntimeException sameMistake) {
            return counting.consumed;
        }
        return counting.consumed;
    }

    /** The place of a character, for people; lines and columns count from 1. */
    public static String place(String json, int at) {
        int line = (int) json.substring(0, at).chars().filter(c -> c == '\n').count() + 1;
        int column = at - json.lastIndexOf('\n', at - 1);
        return "line " + line + ", column " + column;
    }

    /** @param length of the text; about as many bytes is what it becomes */
    private static RawBsonDocument read(JsonReader reader, int length) {
        BasicOutputBuffer buffer = new BasicOutputBuffer(length + SPARE);
        try (BsonBinaryWriter writer = new FilterWriter(buffer)) {
            writer.pipe(reader);
        }
        return new RawBsonDocument(buffer.toByteArray());
    }

    /** Keeps {@code $elemMatch: {$regex: 'a', $options: 'i'}}, where the driver reads a regular expression, a document. */
    private static final class FilterWriter extends BsonBinaryWriter {

        FilterWriter(BasicOutputBuffer buffer) {
            super(buffer);
        }

        @Override
        public void writeRegularExpression(BsonRegularExpression pattern) {
            if ("$elemMatch".equals(getName())) {
                writeStartDocument();
                writeString("$regex", pattern.getPattern());
                writeString("$options", pattern.getOptions());
                writeEndDocument();
            } else {
                super.writeRegularExpression(pattern);
            }
        }
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
