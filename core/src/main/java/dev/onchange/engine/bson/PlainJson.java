package dev.onchange.engine.bson;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * Reads what most filters are made of, as the driver's reader would, at a fraction of its cost: documents, arrays, texts
 * without escapes, whole numbers of 32 bits, booleans, null and the usual operators. Whatever else there is, and whatever is
 * wrong, is left to the driver. Used by one thread.
 */
final class PlainJson {

    private static final int MAX_DEPTH = 50;

    private final String json;
    private byte[] bytes;
    private int length;
    private int at;

    private PlainJson(String json) {
        this.json = json;
        this.bytes = new byte[2 * json.length() + 16];
    }

    /** The document that the whole text is; null if the driver has to read it. */
    static @Nullable RawBsonDocument read(String json) {
        PlainJson reader = new PlainJson(json);
        boolean plain = reader.isNext('{') && reader.readDocument(1) && reader.isAtEnd();
        return plain ? new RawBsonDocument(Arrays.copyOf(reader.bytes, reader.length)) : null;
    }

    /** After its brace. */
    private boolean readDocument(int depth) {
        int start = begin();
        int fields = 0;
        boolean pattern = false;
        if (!isNext('}')) {
            do {
                int element = length;
                put(0);
                int name = at();
                if (!readName()) {
                    return false;
                }
                pattern |= json.startsWith("$regex", isQuote(name) ? name + 1 : name);
                fields++;
                if (!isNext(':') || !readValue(element, depth)) {
                    return false;
                }
            } while (isNext(','));
            if (!isNext('}')) {
                return false;
            }
        }
        end(start);
        // Beside others the driver may take it for a value.
        return !pattern || fields == 1 && bytes[start + 4] == Types.STRING;
    }

    private boolean readArray(int depth) {
        int start = begin();
        if (!isNext(']')) {
            int index = 0;
            do {
                int element = length;
                put(0);
                putAscii(Integer.toString(index++));
                put(0);
                if (!readValue(element, depth)) {
                    return false;
                }
            } while (isNext(','));
            if (!isNext(']')) {
                return false;
            }
        }
        end(start);
        return true;
    }

    /** @param element where its type is to be written */
    private boolean readValue(int element, int depth) {
        int from = at();
        if (from == json.length() || depth == MAX_DEPTH) {
            return false;
        }
        char c = json.charAt(from);
        switch (c) {
            case '{' -> {
                at++;
                bytes[element] = Types.OBJECT;
                return readDocument(depth + 1);
            }
            case '[' -> {
                at++;
                bytes[element] = Types.ARRAY;
                return readArray(depth + 1);
            }
            case '\'', '"' -> {
                bytes[element] = Types.STRING;
                return readText();
            }
            default -> {
                return c == '-' || isDigit(c) ? readNumber(element) : readWord(element);
            }
        }
    }

    private boolean readText() {
        int start = length;
        putInt(0);
        if (!readQuoted()) {
            return false;
        }
        put(0);
        Raw.putInt32(bytes, start, length - start - 4);
        return true;
    }

    private boolean readNumber(int element) {
        int from = at;
        long value = 0;
        boolean negative = json.charAt(at) == '-';
        at += negative ? 1 : 0;
        int digits = at;
        while (at < json.length() && isDigit(json.charAt(at)) && value <= Integer.MAX_VALUE) {
            value = 10 * value + json.charAt(at++) - '0';
        }
        boolean plain = at > digits
                && (json.charAt(digits) != '0' || at == from + 1)
                && value <= Integer.MAX_VALUE
                && isAtDelimiter();
        bytes[element] = Types.INT;
        putInt((int) (negative ? -value : value));
        return plain;
    }

    private boolean readWord(int element) {
        String word = json.startsWith("true", at)
                ? "true"
                : json.startsWith("false", at) ? "false" : json.startsWith("null", at) ? "null" : "";
        if (word.isEmpty()) {
            return false;
        }
        at += word.length();
        bytes[element] = (byte) (word.equals("null") ? Types.NULL : Types.BOOL);
        if (!word.equals("null")) {
            put(word.equals("true") ? 1 : 0);
        }
        return isAtDelimiter();
    }

    private boolean readName() {
        int from = at();
        boolean quoted = isQuote(from);
        if (quoted ? !readQuoted() : !readBare()) {
            return false;
        }
        put(0);
        int start = quoted ? from + 1 : from;
        int end = quoted ? at - 1 : at;
        return !json.startsWith("$", start) || isOperator(json.substring(start, end));
    }

    private boolean readBare() {
        int from = at;
        while (at < json.length() && isPartOfName(json.charAt(at))) {
            put(json.charAt(at++));
        }
        return at > from && !isDigit(json.charAt(from));
    }

    /** Printable ASCII without escapes, with its quotes. */
    private boolean readQuoted() {
        char quote = json.charAt(at);
        int end = json.indexOf(quote, at + 1);
        if (end < 0) {
            return false;
        }
        for (int i = at + 1; i < end; i++) {
            char c = json.charAt(i);
            if (c < ' ' || c > '~' || c == '\\') {
                return false;
            }
        }
        putAscii(json.substring(at + 1, end));
        at = end + 1;
        return true;
    }

    /** Not {@code $type} or {@code $options}, for example: with these begin values in extended JSON. */
    private static boolean isOperator(String name) {
        return switch (name) {
            case "$and", "$or", "$nor", "$not", "$expr", "$regex" -> true;
            case "$eq", "$ne", "$gt", "$gte", "$lt", "$lte", "$in", "$nin" -> true;
            case "$exists", "$size", "$all", "$elemMatch", "$mod" -> true;
            default -> false;
        };
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isPartOfName(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || isDigit(c) || c == '_' || c == '$';
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\n' || c == '\t' || c == '\r';
    }

    private boolean isQuote(int position) {
        return position < json.length() && (json.charAt(position) == '\'' || json.charAt(position) == '"');
    }

    private boolean isAtDelimiter() {
        if (at == json.length()) {
            return false;
        }
        char c = json.charAt(at);
        return c == ',' || c == '}' || c == ']' || isSpace(c);
    }

    private boolean isAtEnd() {
        return at() == json.length();
    }

    /** Where the next token begins. */
    private int at() {
        while (at < json.length() && isSpace(json.charAt(at))) {
            at++;
        }
        return at;
    }

    /** Passes it if it is there. */
    private boolean isNext(char wanted) {
        boolean there = at() < json.length() && json.charAt(at) == wanted;
        at += there ? 1 : 0;
        return there;
    }

    private int begin() {
        int start = length;
        putInt(0);
        return start;
    }

    private void end(int start) {
        put(0);
        Raw.putInt32(bytes, start, length - start);
    }

    private void put(int value) {
        reserve(1);
        bytes[length++] = (byte) value;
    }

    private void putInt(int value) {
        reserve(4);
        Raw.putInt32(bytes, length, value);
        length += 4;
    }

    private void putAscii(String text) {
        byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
        reserve(ascii.length);
        System.arraycopy(ascii, 0, bytes, length, ascii.length);
        length += ascii.length;
    }

    private void reserve(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * (length + more));
        }
    }
}
