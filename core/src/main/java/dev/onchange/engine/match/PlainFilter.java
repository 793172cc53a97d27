package dev.onchange.engine.match;

import dev.onchange.engine.bson.Raw;
import dev.onchange.engine.bson.Types;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Tells in one pass over its bytes that a filter holds nothing for which a server may refuse it as a whole, or which is
 * written otherwise for a stream: so it is with nearly all, of which the single checks would read every part.
 */
final class PlainFilter {

    /** Far below the server's limits, see {@link FilterBounds}. */
    private static final int MAX_DEPTH = 50;

    private static final byte[] NOR = "$nor".getBytes(StandardCharsets.UTF_8);
    private static final byte[] TEXT = "$text".getBytes(StandardCharsets.UTF_8);

    private PlainFilter() {}

    /**
     * Whether it is not deep, and has no {@code $nor}, no {@code $text}, no condition of a namespace's parts, no regular
     * expression or symbol as a value and no text with a zero.
     */
    static boolean is(byte[] filter) {
        return is(filter, 0, 1);
    }

    private static boolean is(byte[] bytes, int container, int depth) {
        if (depth > MAX_DEPTH) {
            return false;
        }
        for (int element = Raw.first(container); bytes[element] != 0; ) {
            int type = bytes[element];
            int value = Raw.value(bytes, element);
            if (!isPlainName(bytes, element + 1, value - 1) || !isPlainValue(bytes, type, value, depth)) {
                return false;
            }
            element = Raw.next(bytes, type, value);
        }
        return true;
    }

    private static boolean isPlainName(byte[] bytes, int from, int to) {
        return switch (bytes[from]) {
            case '$' -> !isName(bytes, from, to, NOR) && !isName(bytes, from, to, TEXT);
            // Of ns. or to.
            case 'n', 't' -> to - from < 3 || bytes[from + 2] != '.';
            default -> true;
        };
    }

    private static boolean isName(byte[] bytes, int from, int to, byte[] name) {
        return Arrays.equals(bytes, from, to, name, 0, name.length);
    }

    private static boolean isPlainValue(byte[] bytes, int type, int value, int depth) {
        return switch (type) {
            case Types.OBJECT, Types.ARRAY -> is(bytes, value, depth + 1);
            case Types.STRING -> Raw.afterCString(bytes, value + 4) == value + 4 + Raw.int32(bytes, value);
            case Types.REGEX, Types.SYMBOL -> false;
            default -> true;
        };
    }
}
