package dev.onchange.engine.bson;

import java.util.Arrays;

/** Steps over the elements of one BSON document, or array, in a byte array, decoding nothing. */
public final class ElementReader {

    public static final byte DOUBLE = 0x01;
    public static final byte STRING = 0x02;
    public static final byte DOCUMENT = 0x03;
    public static final byte ARRAY = 0x04;
    public static final byte BINARY = 0x05;
    public static final byte INT32 = 0x10;
    public static final byte TIMESTAMP = 0x11;
    public static final byte INT64 = 0x12;

    private final byte[] bytes;
    private final int end;
    private int next;
    private int start;
    private int nameAt;
    private int valueAt;

    /** @param at where the document begins */
    public ElementReader(byte[] bytes, int at) {
        this.bytes = bytes;
        this.next = at + 4;
        this.end = at + int32(bytes, at) - 1;
    }

    /** Goes on to the next element; false if there is none. */
    public boolean next() {
        if (next >= end) {
            return false;
        }
        start = next;
        nameAt = start + 1;
        valueAt = Raw.afterCString(bytes, nameAt);
        next = valueAt + valueLength(bytes, bytes[start], valueAt);
        return true;
    }

    /** Goes on to the next element of that name and type; false if there is none. */
    public boolean find(byte[] name, byte type) {
        while (next()) {
            if (is(type, name)) {
                return true;
            }
        }
        return false;
    }

    public byte[] bytes() {
        return bytes;
    }

    public byte type() {
        return bytes[start];
    }

    /** Where the element begins, with its type byte. */
    public int start() {
        return start;
    }

    public int valueAt() {
        return valueAt;
    }

    /** Where the element ends, exclusively. */
    public int end() {
        return next;
    }

    public boolean is(byte type, byte[] name) {
        return bytes[start] == type && named(name);
    }

    public boolean named(byte[] name) {
        return nameLength() == name.length && Arrays.equals(bytes, nameAt, nameAt + name.length, name, 0, name.length);
    }

    /** The number of bytes of the name. */
    public int nameLength() {
        return valueAt - nameAt - 1;
    }

    /** How many elements follow the present one. */
    public int count() {
        int count = 0;
        while (next()) {
            count++;
        }
        return count;
    }

    public static int int32(byte[] bytes, int at) {
        return Raw.int32(bytes, at);
    }

    public static long int64(byte[] bytes, int at) {
        return Raw.int64(bytes, at);
    }

    /** The number of bytes of a value. The lengths are those of the <a href="https://bsonspec.org/spec.html">BSON specification</a>. */
    public static int valueLength(byte[] bytes, byte type, int at) {
        return switch (type) {
            case DOUBLE, 0x09, TIMESTAMP, INT64 -> 8;
            case STRING, 0x0D, 0x0E -> 4 + int32(bytes, at);
            case DOCUMENT, ARRAY, 0x0F -> int32(bytes, at);
            case BINARY -> 5 + int32(bytes, at);
            case 0x06, 0x0A, (byte) 0xFF, 0x7F -> 0;
            case 0x07 -> 12;
            case 0x08 -> 1;
            case 0x0B -> cString(bytes, at) + cString(bytes, at + cString(bytes, at));
            case 0x0C -> 4 + int32(bytes, at) + 12;
            case INT32 -> 4;
            case 0x13 -> 16;
            default -> throw new IllegalArgumentException("BSON knows no type 0x" + Integer.toHexString(type & 0xFF));
        };
    }

    private static int cString(byte[] bytes, int at) {
        int end = at;
        while (bytes[end] != 0) {
            end++;
        }
        return end + 1 - at;
    }
}
