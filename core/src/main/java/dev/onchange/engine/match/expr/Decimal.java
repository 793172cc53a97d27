package dev.onchange.engine.match.expr;

import dev.onchange.engine.bson.Decimals;
import dev.onchange.engine.bson.Numbers;
import dev.onchange.engine.bson.Raw;
import dev.onchange.engine.bson.Types;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import org.bson.types.Decimal128;
import org.jspecify.annotations.Nullable;

/**
 * A decimal of 34 digits, as an operand.
 *
 * @param finite the value, or null for one that is infinite or NaN
 * @param limit that value, if it is not finite
 */
record Decimal(@Nullable BigDecimal finite, double limit) {

    private static final MathContext DIGITS = MathContext.DECIMAL128;
    private static final MathContext DOUBLE_DIGITS = new MathContext(15, RoundingMode.HALF_EVEN);
    private static final int LEAST_EXPONENT = -6176;
    private static final int GREATEST_EXPONENT = 6144;

    static final Decimal NAN = new Decimal(null, Double.NaN);

    static Decimal of(BigDecimal exact) {
        BigDecimal rounded = exact.round(DIGITS);
        if (rounded.scale() > -LEAST_EXPONENT) {
            rounded = exact.setScale(-LEAST_EXPONENT, RoundingMode.HALF_EVEN);
        }
        boolean tooLarge = rounded.signum() != 0 && rounded.precision() - rounded.scale() - 1 > GREATEST_EXPONENT;
        return tooLarge ? new Decimal(null, rounded.signum() / 0.0) : new Decimal(rounded, 0);
    }

    /** The value of any number; of a double, its first 15 digits. */
    static Decimal of(Value number) {
        return number.is(Types.DOUBLE)
                ? ofDouble(Raw.float64(number.bytes(), number.at()), DOUBLE_DIGITS)
                : ofOther(number);
    }

    /** The value of a double to 34 digits. */
    static Decimal precise(double value) {
        return ofDouble(value, DIGITS);
    }

    private static Decimal ofDouble(double value, MathContext digits) {
        return Double.isFinite(value)
                ? new Decimal(new BigDecimal(value).round(DIGITS).round(digits), 0)
                : new Decimal(null, value);
    }

    private static Decimal ofOther(Value number) {
        byte[] bytes = number.bytes();
        int at = number.at();
        if (!number.is(Types.DECIMAL)) {
            return new Decimal(BigDecimal.valueOf(Numbers.integer(bytes, number.type(), at)), 0);
        }
        if (Decimals.isFinite(bytes, at)) {
            return new Decimal(Decimals.exact(bytes, at), 0);
        }
        double sign = Decimals.isNegative(bytes, at) ? -1 : 1;
        return new Decimal(null, Decimals.isNaN(bytes, at) ? Double.NaN : sign / 0.0);
    }

    boolean isZero() {
        return finite != null && finite.signum() == 0;
    }

    Decimal plus(Decimal other) {
        return finite != null && other.finite != null
                ? of(finite.add(other.finite))
                : new Decimal(null, approximate() + other.approximate());
    }

    Decimal minus(Decimal other) {
        return finite != null && other.finite != null
                ? of(finite.subtract(other.finite))
                : new Decimal(null, approximate() - other.approximate());
    }

    Decimal times(Decimal other) {
        return finite != null && other.finite != null
                ? of(finite.multiply(other.finite))
                : new Decimal(null, approximate() * other.approximate());
    }

    /** The divisor is not zero. */
    Decimal dividedBy(Decimal other) {
        if (finite != null && other.finite != null) {
            return of(finite.divide(other.finite, DIGITS));
        }
        double quotient = approximate() / other.approximate();
        return finite != null && quotient == 0 ? new Decimal(BigDecimal.ZERO, 0) : new Decimal(null, quotient);
    }

    /** The divisor is not zero. */
    Decimal remainder(Decimal other) {
        if (finite != null && other.finite != null) {
            return of(finite.remainder(other.finite));
        }
        return finite != null && !Double.isNaN(other.limit) ? this : NAN;
    }

    Decimal absolute() {
        return finite != null ? new Decimal(finite.abs(), 0) : new Decimal(null, Math.abs(limit));
    }

    /** Rounded to so many decimals; NaN if that takes more than 34 digits, as it would of infinity. */
    Decimal rounded(int places, RoundingMode mode) {
        if (finite == null) {
            return NAN;
        }
        BigDecimal rounded = finite.signum() != 0 && finite.precision() - finite.scale() + places > 40
                ? finite
                : finite.setScale(places, mode);
        return rounded.scale() != places || rounded.precision() > DIGITS.getPrecision() ? NAN : new Decimal(rounded, 0);
    }

    /** Of one sign and about one size with the value: enough to find what becomes of infinities. */
    private double approximate() {
        return finite == null ? limit : finite.signum();
    }

    double doubleValue() {
        return finite == null ? limit : finite.doubleValue();
    }

    Value toValue() {
        Decimal128 decimal;
        if (finite != null) {
            decimal = new Decimal128(finite);
        } else if (Double.isNaN(limit)) {
            decimal = Decimal128.NaN;
        } else {
            decimal = limit > 0 ? Decimal128.POSITIVE_INFINITY : Decimal128.NEGATIVE_INFINITY;
        }
        byte[] bytes = Value.buffer(16)
                .putLong(decimal.getLow())
                .putLong(decimal.getHigh())
                .array();
        return new Value(bytes, Types.DECIMAL, 0);
    }
}
