package dev.onchange.engine.bson;

import java.math.BigDecimal;

/**
 * Hashes of values: values that the server takes for equal have equal hashes, whatever their types. They are the same in
 * every process and version, for work may be divided by them.
 */
public final class Hash {

    private static final long SEED = 0x9e37_79b9_7f4a_7c15L;
    private static final long STEP = 0x0000_0100_0000_01b3L;

    private Hash() {}

    /** The hash of a value. */
    public static long of(byte[] bytes, int type, int at) {
        int bracket = Types.bracket(type);
        return switch (bracket) {
            case 10 -> number(bytes, type, at);
            case 15, 60 -> mix(bytes(bytes, at + 4, Raw.int32(bytes, at) - 1, bracket));
            case 20, 25 -> document(bytes, at, bracket);
            case 0, 5, -1, 127 -> mix(bracket);
            case 65 -> mix(bytes(bytes, at + 8, Raw.int32(bytes, at + 4), bracket));
            default -> mix(bytes(bytes, at, Raw.size(bytes, type, at), bracket));
        };
    }

    /** The hash of two things in this order, given those of each. */
    public static long and(long one, long other) {
        return mix(one * STEP + other);
    }

    /** The hash of a whole number, of any numeric type. */
    private static long whole(long value) {
        return mix(value * SEED + 10);
    }

    private static long number(byte[] bytes, int type, int at) {
        if (type == Types.DOUBLE) {
            return floating(Raw.float64(bytes, at));
        }
        if (type != Types.DECIMAL) {
            return whole(Numbers.integer(bytes, type, at));
        }
        if (!Decimals.isFinite(bytes, at)) {
            double limit = Decimals.isNegative(bytes, at) ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
            return floating(Decimals.isNaN(bytes, at) ? Double.NaN : limit);
        }
        return decimal(Decimals.exact(bytes, at));
    }

    private static long decimal(BigDecimal value) {
        // precision - scale digits before the point: nothing that large is a long, and 1E+6000 is not written out
        if (value.precision() - value.scale() <= 20
                && value.remainder(BigDecimal.ONE).signum() == 0) {
            BigDecimal whole = value.setScale(0);
            if (whole.unscaledValue().bitLength() < 64) {
                return whole(whole.longValue());
            }
        }
        return floating(value.doubleValue());
    }

    private static long floating(double value) {
        return Numbers.isLong(value) ? whole((long) value) : mix(Double.doubleToLongBits(value) * SEED + 11);
    }

    private static long document(byte[] bytes, int at, int bracket) {
        long hash = bracket;
        int element = Raw.first(at);
        while (bytes[element] != 0) {
            int type = bytes[element];
            int value = Raw.value(bytes, element);
            if (bracket == 20) {
                hash = bytes(bytes, element + 1, value - element - 1, (int) hash ^ (int) (hash >>> 32));
            }
            hash = hash * STEP + of(bytes, type, value);
            element = Raw.next(bytes, type, value);
        }
        return mix(hash);
    }

    private static long bytes(byte[] bytes, int from, int length, int seed) {
        long hash = SEED + seed;
        int at = from;
        int end = from + length;
        for (; at + 8 <= end; at += 8) {
            hash = (hash ^ Raw.int64(bytes, at)) * SEED;
            hash ^= hash >>> 29;
        }
        for (; at < end; at++) {
            hash = (hash ^ bytes[at]) * STEP;
        }
        return hash;
    }

    private static long mix(long value) {
        long hash = (value ^ value >>> 30) * 0xbf58_476d_1ce4_e5b9L;
        hash = (hash ^ hash >>> 27) * 0x94d0_49bb_1331_11ebL;
        return hash ^ hash >>> 31;
    }
}
