package dev.onchange.stream;

import org.bson.types.Decimal128;
import org.jspecify.annotations.Nullable;

/**
 * A number whatever its type: equal if the values are, except that decimals are taken for the nearest double unless
 * they are whole.
 *
 * @param whole whether the value is a whole number that a long can hold
 * @param bits the long, or the bits of the double
 */
record BsonNumber(boolean whole, long bits) {

    private static final byte DECIMAL = 0x13;

    /** The value of the present element; null if it is no number. */
    static @Nullable BsonNumber of(Elements element) {
        byte[] bytes = element.bytes();
        int at = element.valueAt();
        return switch (element.type()) {
            case Elements.INT32 -> new BsonNumber(true, Elements.int32(bytes, at));
            case Elements.INT64 -> new BsonNumber(true, Elements.int64(bytes, at));
            case Elements.DOUBLE -> of(Double.longBitsToDouble(Elements.int64(bytes, at)));
            case DECIMAL ->
                of(Decimal128.fromIEEE754BIDEncoding(Elements.int64(bytes, at + 8), Elements.int64(bytes, at)));
            default -> null;
        };
    }

    private static BsonNumber of(double value) {
        long whole = (long) value;
        // The largest long is not a double; the nearest is one more.
        return whole == value && whole != Long.MAX_VALUE
                ? new BsonNumber(true, whole)
                : new BsonNumber(false, Double.doubleToLongBits(value));
    }

    private static BsonNumber of(Decimal128 value) {
        try {
            return new BsonNumber(true, value.bigDecimalValue().longValueExact());
        } catch (ArithmeticException notWhole) {
            return of(value.doubleValue());
        }
    }
}
