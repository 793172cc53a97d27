package dev.onchange.engine.match.expr;

import dev.onchange.engine.bson.Types;

/** A product under way: as a whole number and as a double side by side, for the first may overflow. */
final class Product {

    private long whole = 1;
    private double floating = 1;
    private Decimal decimal = Decimal.precise(1);
    private int type = Types.INT;

    void multiply(Value factor) {
        if (type == Types.DECIMAL || factor.is(Types.DECIMAL)) {
            if (type != Types.DECIMAL) {
                decimal = Decimal.of(type == Types.DOUBLE ? Value.of(floating) : Value.of(whole));
                type = Types.DECIMAL;
            }
            decimal = decimal.times(Decimal.of(factor));
            return;
        }
        floating *= Arithmetic.toDouble(factor);
        if (factor.is(Types.DOUBLE)) {
            type = Types.DOUBLE;
        } else if (type != Types.DOUBLE) {
            multiplyWhole(factor);
        }
    }

    private void multiplyWhole(Value factor) {
        type = factor.is(Types.LONG) ? Types.LONG : type;
        long high = Math.multiplyHigh(whole, factor.whole());
        long low = whole * factor.whole();
        if (high == low >> 63) {
            whole = low;
        } else {
            type = Types.DOUBLE;
        }
    }

    Value value() {
        return switch (type) {
            case Types.DECIMAL -> decimal.toValue();
            case Types.DOUBLE -> Value.of(floating);
            case Types.LONG -> Value.of(whole);
            default -> Value.intOrLong(whole);
        };
    }
}
