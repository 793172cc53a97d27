package dev.onchange.engine.bson;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads BSON where it lies. A document is given by the position of its length, an element by the position of its type
 * byte, a value by its type and the position after its name.
 */
public final class Raw {

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Raw() {}

    public static int int32(byte[] bytes, int at) {
        return (int) INT.get(bytes, at);
    }

    public static void putInt32(byte[] bytes, int at, int value) {
        INT.set(bytes, at, value);
    }

    public static long int64(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }

    public static double float64(byte[] bytes, int at) {
        return Double.longBitsToDouble(int64(bytes, at));
    }

    /** The position of the first element of a document or array; its type byte is 0 if there is none. */
    public static int first(int document) {
        return document + 4;
    }

    /** The position after the terminating zero of the zero-terminated string at this position. */
    public static int afterCString(byte[] bytes, int at) {
        int end = at;
        // Eight bytes at a time: most names are shorter.
        for (; end <= bytes.length - Long.BYTES; end += Long.BYTES) {
            long zeros = zeros(int64(bytes, end));
            if (zeros != 0) {
                return end + Long.numberOfTrailingZeros(zeros) / Byte.SIZE + 1;
            }
        }
        while (bytes[end] != 0) {
            end++;
        }
        return end + 1;
    }

    /** The lowest bit that is set is the highest one of the first byte that is zero. */
    private static long zeros(long word) {
        return (word - 0x0101_0101_0101_0101L) & ~word & 0x8080_8080_8080_8080L;
    }

    /** The position of the value of an element. */
    public static int value(byte[] bytes, int element) {
        return afterCString(bytes, element + 1);
    }

    /** The position of the element after the one whose value is given. */
    public static int next(byte[] bytes, int type, int value) {
        return value + size(bytes, type, value);
    }

    /** The number of bytes of a value. */
    public static int size(byte[] bytes, int type, int at) {
        return switch (type) {
            case Types.DOUBLE, Types.DATE, Types.TIMESTAMP, Types.LONG -> 8;
            case Types.STRING, Types.CODE, Types.SYMBOL -> 4 + int32(bytes, at);
            case Types.OBJECT, Types.ARRAY, Types.CODE_WITH_SCOPE -> int32(bytes, at);
            case Types.BINARY -> 5 + int32(bytes, at);
            case Types.OBJECT_ID -> 12;
            case Types.BOOL -> 1;
            case Types.REGEX -> afterCString(bytes, afterCString(bytes, at)) - at;
            case Types.DB_POINTER -> 4 + int32(bytes, at) + 12;
            case Types.INT -> 4;
            case Types.DECIMAL -> 16;
            default -> 0;
        };
    }

    /** The position of the first element of that name, or -1. */
    public static int find(byte[] bytes, int document, byte[] name) {
        int element = document + 4;
        int type = bytes[element];
        while (type != 0) {
            int at = element + 1;
            int i = 0;
            while (i < name.length && bytes[at + i] == name[i]) {
                i++;
            }
            if (i == name.length && bytes[at + i] == 0) {
                return element;
            }
            int value = afterCString(bytes, at + i);
            element = value + size(bytes, type, value);
            type = bytes[element];
        }
        return -1;
    }

    /** How deep a document or array is nested: 1 if it holds neither. */
    public static int depth(byte[] bytes, int document) {
        int deepest = 0;
        for (int element = first(document); bytes[element] != 0; ) {
            int type = bytes[element];
            int value = value(bytes, element);
            if (type == Types.OBJECT || type == Types.ARRAY) {
                deepest = Math.max(deepest, depth(bytes, value));
            }
            element = next(bytes, type, value);
        }
        return deepest + 1;
    }

    /** How many elements a document or array has. */
    public static int count(byte[] bytes, int document) {
        int n = 0;
        for (int element = first(document); bytes[element] != 0; n++) {
            element = next(bytes, bytes[element], value(bytes, element));
        }
        return n;
    }

    /** The text of a string, symbol or code. */
    public static String text(byte[] bytes, int at) {
        return new String(bytes, at + 4, int32(bytes, at) - 1, StandardCharsets.UTF_8);
    }

    /** The zero-terminated string at this position. */
    public static String cString(byte[] bytes, int at) {
        return new String(bytes, at, afterCString(bytes, at) - 1 - at, StandardCharsets.UTF_8);
    }
}
