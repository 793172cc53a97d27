package dev.onchange.engine.bson;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.OptionalLong;

/** Numbers taken for whole ones, in the ways the server does it. */
public final class Wholes {

    private static final BigDecimal LEAST = BigDecimal.valueOf(Long.MIN_VALUE);
    private static final BigDecimal GREATEST = BigDecimal.valueOf(Long.MAX_VALUE);

    private Wholes() {}

    /** The value of a number that is whole and fits into a long. */
    public static OptionalLong exact(byte[] bytes, int type, int at) {
        OptionalLong truncated = truncated(bytes, type, at);
        if (truncated.isEmpty()) {
            return truncated;
        }
        boolean whole = switch (type) {
            case Types.DOUBLE -> Numbers.isLong(Raw.float64(bytes, at));
            case Types.DECIMAL -> isWhole(Decimals.exact(bytes, at));
            default -> true;
        };
        return whole ? truncated : OptionalLong.empty();
    }

    /** The value of a number rounded toward zero, if that fits into a long. */
    public static OptionalLong truncated(byte[] bytes, int type, int at) {
        if (type == Types.DOUBLE) {
            double value = Raw.float64(bytes, at);
            double whole = value < 0 ? Math.ceil(value) : Math.floor(value);
            return Numbers.isLong(whole) ? OptionalLong.of((long) whole) : OptionalLong.empty();
        }
        if (type == Types.DECIMAL) {
            return Decimals.isFinite(bytes, at)
                    ? rounded(Decimals.exact(bytes, at), RoundingMode.DOWN)
                    : OptionalLong.empty();
        }
        return OptionalLong.of(Numbers.integer(bytes, type, at));
    }

    /** The value of a decimal rounded to the nearest long; the least long if there is none, NaN and infinities included. */
    public static long nearest(byte[] bytes, int at) {
        return Decimals.isFinite(bytes, at)
                ? rounded(Decimals.exact(bytes, at), RoundingMode.HALF_EVEN).orElse(Long.MIN_VALUE)
                : Long.MIN_VALUE;
    }

    private static boolean isWhole(BigDecimal value) {
        return value.signum() == 0 || value.stripTrailingZeros().scale() <= 0;
    }

    private static OptionalLong rounded(BigDecimal value, RoundingMode mode) {
        if (value.signum() == 0) {
            // a zero may have any exponent
            return OptionalLong.of(0);
        }
        if (value.precision() - value.scale() > 20) {
            return OptionalLong.empty();
        }
        BigDecimal whole = value.precision() - value.scale() < -1 ? BigDecimal.ZERO : value.setScale(0, mode);
        return whole.compareTo(LEAST) < 0 || whole.compareTo(GREATEST) > 0
                ? OptionalLong.empty()
                : OptionalLong.of(whole.longValue());
    }
}
