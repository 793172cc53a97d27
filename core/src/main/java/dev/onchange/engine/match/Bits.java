package dev.onchange.engine.match;

import dev.onchange.engine.bson.Numbers;
import dev.onchange.engine.bson.Raw;
import dev.onchange.engine.bson.Types;
import dev.onchange.engine.bson.Wholes;

/** {@code $bitsAllSet}, {@code $bitsAnySet}, {@code $bitsAllClear} and {@code $bitsAnyClear}, on whole numbers and binaries. */
final class Bits implements ValueTest {

    /** Which of the chosen bits must have which state. */
    enum Quantity {
        ALL_SET(true, true),
        ANY_SET(false, true),
        ALL_CLEAR(true, false),
        ANY_CLEAR(false, false);

        private final boolean all;
        private final boolean set;

        Quantity(boolean all, boolean set) {
            this.all = all;
            this.set = set;
        }
    }

    private static final int SIGN = 63;

    private final Quantity quantity;
    private final int[] positions;
    private final long mask;

    Bits(Quantity quantity, int[] positions) {
        this.quantity = quantity;
        this.positions = positions.clone();
        long bits = 0;
        for (int position : positions) {
            // numbers are sign-extended: all higher bits are the sign
            bits |= 1L << Math.min(position, SIGN);
        }
        this.mask = bits;
    }

    @Override
    public boolean test(byte[] bytes, int type, int at) {
        return switch (type) {
            case Types.INT, Types.LONG -> number(Numbers.integer(bytes, type, at));
            case Types.DOUBLE -> {
                double value = Raw.float64(bytes, at);
                yield Numbers.isLong(value) && number((long) value);
            }
            // unlike a double, a fractional or huge decimal is rounded, or clamped: seen on 6.0.5
            case Types.DECIMAL -> number(Wholes.nearest(bytes, at));
            case Types.BINARY -> binary(bytes, at);
            default -> false;
        };
    }

    private boolean number(long value) {
        long chosen = (quantity.set ? value : ~value) & mask;
        return quantity.all ? chosen == mask : chosen != 0;
    }

    private boolean binary(byte[] bytes, int at) {
        long length = 8L * Raw.int32(bytes, at);
        for (int position : positions) {
            boolean set = position < length && (bytes[at + 5 + position / 8] >> position % 8 & 1) != 0;
            if ((set == quantity.set) != quantity.all) {
                return !quantity.all;
            }
        }
        return quantity.all;
    }
}
