package dev.onchange.match.expr;

import dev.onchange.match.bson.Types;
import dev.onchange.match.bson.Wholes;
import java.util.List;

/** {@code $add}: numbers, and one date at most. */
final class Sum {

    private long whole;
    private double floating;
    private Decimal decimal = NONE;
    private int type = Types.INT;
    private boolean date;

    private static final Decimal NONE = Decimal.precise(0);

    static Value add(List<Value> operands) {
        Sum sum = new Sum();
        for (Value operand : operands) {
            if (operand.isNullish()) {
                return Value.NULL;
            }
            if (!operand.isNumber() && !operand.is(Types.DATE)) {
                throw new EvaluationFailed(
                        16554, "$add only supports numeric or date types, not " + operand.typeName());
            }
            sum.plus(operand);
        }
        return sum.value();
    }

    private void plus(Value operand) {
        if (operand.is(Types.DATE)) {
            if (date) {
                throw new EvaluationFailed(16612, "only one date allowed in an $add expression");
            }
            date = true;
            plusNumber(Value.of(operand.whole()));
        } else {
            widen(operand.type());
            plusNumber(operand);
        }
    }

    private void widen(int operand) {
        if (operand == Types.DECIMAL && type != Types.DECIMAL) {
            decimal = type == Types.DOUBLE ? Decimal.precise(floating) : Decimal.of(Value.of(whole));
            type = Types.DECIMAL;
        } else if (operand == Types.DOUBLE && type != Types.DECIMAL) {
            floating = type == Types.DOUBLE ? floating : whole;
            type = Types.DOUBLE;
        } else if (operand == Types.LONG && type == Types.INT) {
            type = Types.LONG;
        }
    }

    private void plusNumber(Value number) {
        switch (type) {
            case Types.DECIMAL -> decimal = decimal.plus(Decimal.of(number));
            case Types.DOUBLE -> floating += Arithmetic.toDouble(number);
            default -> {
                long sum = whole + number.whole();
                if (((whole ^ sum) & (number.whole() ^ sum)) < 0) {
                    type = Types.DOUBLE;
                    floating = (double) whole + (double) number.whole();
                } else {
                    whole = sum;
                }
            }
        }
    }

    private Value value() {
        if (date) {
            return Value.date(milliseconds());
        }
        return switch (type) {
            case Types.DECIMAL -> decimal.toValue();
            case Types.DOUBLE -> Value.of(floating);
            case Types.LONG -> Value.of(whole);
            default -> Value.intOrLong(whole);
        };
    }

    private long milliseconds() {
        if (type == Types.DECIMAL) {
            Value value = decimal.toValue();
            return Wholes.nearest(value.bytes(), value.at());
        }
        if (type == Types.DOUBLE) {
            if (!(floating >= -0x1p63 && floating < 0x1p63)) {
                throw new EvaluationFailed(15, "date overflow in $add");
            }
            // halves away from zero
            return (long) (floating + Math.copySign(0.5, floating));
        }
        return whole;
    }
}
