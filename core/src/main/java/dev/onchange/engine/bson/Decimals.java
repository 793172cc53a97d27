package dev.onchange.engine.bson;

import java.math.BigDecimal;
import java.math.BigInteger;

/** Decimal numbers of 34 digits in their binary encoding: sign, exponent, and a whole number. */
public final class Decimals {

    private static final int BIAS = 6176;
    private static final long SPECIAL = 0x7800_0000_0000_0000L;
    private static final long NAN = 0x7c00_0000_0000_0000L;
    private static final long LARGE = 0x6000_0000_0000_0000L;
    private static final long HIGH_DIGITS = 0x0001_ffff_ffff_ffffL;
    private static final BigInteger LIMIT = BigInteger.TEN.pow(34);

    private Decimals() {}

    public static boolean isNaN(byte[] bytes, int at) {
        return (high(bytes, at) & NAN) == NAN;
    }

    /** Whether it is neither infinite nor NaN. */
    public static boolean isFinite(byte[] bytes, int at) {
        return (high(bytes, at) & SPECIAL) != SPECIAL;
    }

    public static boolean isNegative(byte[] bytes, int at) {
        return high(bytes, at) < 0;
    }

    /** The exact value of a finite decimal; minus zero is zero. */
    public static BigDecimal exact(byte[] bytes, int at) {
        long high = high(bytes, at);
        if ((high & LARGE) == LARGE) {
            return BigDecimal.ZERO;
        }
        int scale = scale(high);
        long low = Raw.int64(bytes, at);
        if ((high & HIGH_DIGITS) == 0 && low >= 0) {
            return BigDecimal.valueOf(high < 0 ? -low : low, scale);
        }
        BigInteger digits =
                BigInteger.valueOf(high & HIGH_DIGITS).shiftLeft(64).or(new BigInteger(Long.toUnsignedString(low)));
        // an encoding of more than 34 digits stands for zero
        return digits.compareTo(LIMIT) >= 0
                ? BigDecimal.ZERO
                : new BigDecimal(high < 0 ? digits.negate() : digits, scale);
    }

    static int compare(byte[] a, int aType, int aAt, byte[] b, int bType, int bAt) {
        int aRank = rank(a, aType, aAt);
        int bRank = rank(b, bType, bAt);
        if (aRank != 0 || bRank != 0) {
            return Integer.compare(aRank, bRank);
        }
        return Numbers.exact(a, aType, aAt).compareTo(Numbers.exact(b, bType, bAt));
    }

    /** -2 for NaN, -1 and 1 for the infinities, 0 for all finite numbers. */
    private static int rank(byte[] bytes, int type, int at) {
        if (type == Types.DOUBLE) {
            double value = Raw.float64(bytes, at);
            return Double.isNaN(value) ? -2 : Double.isInfinite(value) ? (int) Math.signum(value) : 0;
        }
        if (type == Types.DECIMAL && !isFinite(bytes, at)) {
            return isNaN(bytes, at) ? -2 : isNegative(bytes, at) ? -1 : 1;
        }
        return 0;
    }

    private static int scale(long high) {
        return BIAS - (int) ((high >>> 49) & 0x3fff);
    }

    private static long high(byte[] bytes, int at) {
        return Raw.int64(bytes, at + 8);
    }
}
