package dev.onchange.engine.bson;

import java.math.BigDecimal;

/** Numbers of all four types, compared by their exact values; NaN is equal to NaN and less than all others. */
public final class Numbers {

    private static final double TWO_TO_63 = 0x1p63;

    private Numbers() {}

    /** Compares the numbers at two positions. */
    public static int compare(byte[] a, int aType, int aAt, byte[] b, int bType, int bAt) {
        if (aType == Types.DECIMAL || bType == Types.DECIMAL) {
            return Decimals.compare(a, aType, aAt, b, bType, bAt);
        }
        if (aType == Types.DOUBLE) {
            double left = Raw.float64(a, aAt);
            return bType == Types.DOUBLE ? compare(left, Raw.float64(b, bAt)) : -compare(integer(b, bType, bAt), left);
        }
        long left = integer(a, aType, aAt);
        return bType == Types.DOUBLE ? compare(left, Raw.float64(b, bAt)) : Long.compare(left, integer(b, bType, bAt));
    }

    /** The value of an int or a long. */
    public static long integer(byte[] bytes, int type, int at) {
        return type == Types.INT ? Raw.int32(bytes, at) : Raw.int64(bytes, at);
    }

    public static int compare(double a, double b) {
        if (a < b) {
            return -1;
        }
        if (a > b) {
            return 1;
        }
        if (a == b) {
            return 0;
        }
        return Boolean.compare(Double.isNaN(b), Double.isNaN(a));
    }

    /** Exact also where a double cannot hold the long. */
    public static int compare(long a, double b) {
        if (Double.isNaN(b)) {
            return 1;
        }
        if (b >= TWO_TO_63) {
            return -1;
        }
        if (b < -TWO_TO_63) {
            return 1;
        }
        long whole = (long) b;
        int order = Long.compare(a, whole);
        return order != 0 ? order : compare(0.0, b - whole);
    }

    public static boolean isNaN(byte[] bytes, int type, int at) {
        return type == Types.DOUBLE && Double.isNaN(Raw.float64(bytes, at))
                || type == Types.DECIMAL && Decimals.isNaN(bytes, at);
    }

    /** Whether a double is a whole number that a long can hold. */
    public static boolean isLong(double value) {
        return value >= -TWO_TO_63 && value < TWO_TO_63 && value == Math.rint(value);
    }

    /** The exact value of a number that is neither infinite nor NaN. */
    public static BigDecimal exact(byte[] bytes, int type, int at) {
        return switch (type) {
            case Types.DOUBLE -> new BigDecimal(Raw.float64(bytes, at));
            case Types.DECIMAL -> Decimals.exact(bytes, at);
            default -> BigDecimal.valueOf(integer(bytes, type, at));
        };
    }
}
