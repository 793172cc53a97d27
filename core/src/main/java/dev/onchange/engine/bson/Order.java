package dev.onchange.engine.bson;

import java.util.Arrays;

/** The server's total order of values: by the bracket of their types, then by value. */
public final class Order {

    private Order() {}

    /** Compares two values, of whatever types. */
    public static int compare(byte[] a, int aType, int aAt, byte[] b, int bType, int bAt) {
        int aBracket = Types.bracket(aType);
        int bBracket = Types.bracket(bType);
        return aBracket != bBracket
                ? Integer.compare(aBracket, bBracket)
                : compareWithin(aBracket, a, aType, aAt, b, bType, bAt);
    }

    /** Compares two values whose types are of one bracket. */
    public static int compareWithin(int bracket, byte[] a, int aType, int aAt, byte[] b, int bType, int bAt) {
        return switch (bracket) {
            case 10 -> Numbers.compare(a, aType, aAt, b, bType, bAt);
            case 15, 60 -> strings(a, aAt, b, bAt);
            case 20 -> documents(a, aAt, b, bAt, true);
            case 25 -> documents(a, aAt, b, bAt, false);
            case 30 -> binaries(a, aAt, b, bAt);
            case 35 -> bytes(a, aAt, 12, b, bAt, 12);
            case 40 -> Byte.compare(a[aAt], b[bAt]);
            case 45 -> Long.compare(Raw.int64(a, aAt), Raw.int64(b, bAt));
            case 47 -> Long.compareUnsigned(Raw.int64(a, aAt), Raw.int64(b, bAt));
            case 50 -> regexes(a, aAt, b, bAt);
            case 55 -> pointers(a, aAt, b, bAt);
            case 65 -> scopedCodes(a, aAt, b, bAt);
            default -> 0;
        };
    }

    private static int bytes(byte[] a, int aAt, int aLength, byte[] b, int bAt, int bLength) {
        return Arrays.compareUnsigned(a, aAt, aAt + aLength, b, bAt, bAt + bLength);
    }

    private static int strings(byte[] a, int aAt, byte[] b, int bAt) {
        return bytes(a, aAt + 4, Raw.int32(a, aAt) - 1, b, bAt + 4, Raw.int32(b, bAt) - 1);
    }

    /** Element by element: bracket of the type, then name (in documents), then value. */
    private static int documents(byte[] a, int aAt, byte[] b, int bAt, boolean names) {
        int left = Raw.first(aAt);
        int right = Raw.first(bAt);
        while (a[left] != 0 && b[right] != 0) {
            int aType = a[left];
            int bType = b[right];
            int bracket = Types.bracket(aType);
            if (bracket != Types.bracket(bType)) {
                return Integer.compare(bracket, Types.bracket(bType));
            }
            int aValue = Raw.value(a, left);
            int bValue = Raw.value(b, right);
            if (names) {
                int order = bytes(a, left + 1, aValue - left - 1, b, right + 1, bValue - right - 1);
                if (order != 0) {
                    return order;
                }
            }
            int order = compareWithin(bracket, a, aType, aValue, b, bType, bValue);
            if (order != 0) {
                return order;
            }
            left = Raw.next(a, aType, aValue);
            right = Raw.next(b, bType, bValue);
        }
        return Boolean.compare(a[left] != 0, b[right] != 0);
    }

    /** By length, then subtype, then bytes. */
    private static int binaries(byte[] a, int aAt, byte[] b, int bAt) {
        int length = Raw.int32(a, aAt);
        int order = Integer.compare(length, Raw.int32(b, bAt));
        return order != 0 ? order : bytes(a, aAt + 4, length + 1, b, bAt + 4, length + 1);
    }

    private static int regexes(byte[] a, int aAt, byte[] b, int bAt) {
        int aOptions = Raw.afterCString(a, aAt);
        int bOptions = Raw.afterCString(b, bAt);
        int order = bytes(a, aAt, aOptions - aAt, b, bAt, bOptions - bAt);
        return order != 0
                ? order
                : bytes(
                        a,
                        aOptions,
                        Raw.afterCString(a, aOptions) - aOptions,
                        b,
                        bOptions,
                        Raw.afterCString(b, bOptions) - bOptions);
    }

    /** By the size of the whole, then its bytes. */
    private static int pointers(byte[] a, int aAt, byte[] b, int bAt) {
        int size = Raw.size(a, Types.DB_POINTER, aAt);
        int order = Integer.compare(size, Raw.size(b, Types.DB_POINTER, bAt));
        return order != 0 ? order : bytes(a, aAt, size, b, bAt, size);
    }

    private static int scopedCodes(byte[] a, int aAt, byte[] b, int bAt) {
        int order = strings(a, aAt + 4, b, bAt + 4);
        if (order != 0) {
            return order;
        }
        int aScope = aAt + 8 + Raw.int32(a, aAt + 4);
        int bScope = bAt + 8 + Raw.int32(b, bAt + 4);
        return documents(a, aScope, b, bScope, true);
    }
}
