package dev.onchange.engine.match.expr;

import dev.onchange.engine.bson.Types;
import dev.onchange.engine.bson.Wholes;
import java.util.List;

/**
 * {@code $add}: numbers, and one date at most; {@code $sum} and {@code $avg}: numbers, whatever else there is. Decimals are summed by themselves; all else in two doubles, the second of which
 * keeps what the first cannot hold, so that whole numbers are summed exactly. Seen on 6.0.5; later servers round each sum of two.
 */
final class Sum {

    private static final double TWO_TO_63 = 0x1p63;

    private double sum;
    private double rest;
    private double plain;
    private Decimal decimals = Decimal.precise(0);
    private int type = Types.INT;
    private boolean date;

    static Value add(List<Value> operands) {
        Sum sum = new Sum();
        for (Value operand : operands) {
            if (operand.isNullish()) {
                return Value.NULL;
            }
            sum.plus(operand);
        }
        return sum.value();
    }

    static Value total(List<Value> operands) {
        Sum sum = new Sum();
        numbers(operands).forEach(sum::plus);
        return sum.value();
    }

    static Value average(List<Value> operands) {
        List<Value> numbers = numbers(operands);
        if (numbers.isEmpty()) {
            return Value.NULL;
        }
        Sum sum = new Sum();
        numbers.forEach(sum::plus);
        return sum.type == Types.DECIMAL
                ? sum.all().dividedBy(Decimal.precise(numbers.size())).toValue()
                : Value.of(sum.floating() / numbers.size());
    }

    /** Of a single array its elements. */
    private static List<Value> numbers(List<Value> operands) {
        boolean single = operands.size() == 1 && operands.get(0).is(Types.ARRAY);
        return (single ? operands.get(0).elements() : operands)
                .stream().filter(Value::isNumber).toList();
    }

    private void plus(Value operand) {
        switch (operand.type()) {
            case Types.DATE -> {
                if (date) {
                    throw new EvaluationFailed(16612, "only one date allowed in an $add expression");
                }
                date = true;
                plusLong(operand.whole());
            }
            case Types.INT -> plusDouble((double) operand.whole());
            case Types.LONG -> {
                type = type == Types.INT ? Types.LONG : type;
                plusLong(operand.whole());
            }
            case Types.DOUBLE -> {
                type = type == Types.DECIMAL ? type : Types.DOUBLE;
                plusDouble(Arithmetic.toDouble(operand));
            }
            case Types.DECIMAL -> {
                type = Types.DECIMAL;
                decimals = decimals.plus(Decimal.of(operand));
            }
            default ->
                throw new EvaluationFailed(
                        16554, "$add only supports numeric or date types, not " + operand.typeName());
        }
    }

    /** In halves, each of which a double holds. */
    private void plusLong(long value) {
        long high = value / (1L << 32) * (1L << 32);
        plusDouble((double) (value - high));
        plusDouble((double) high);
    }

    private void plusDouble(double value) {
        plain += value;
        double both = value + rest;
        double left = rest - (both - value);
        double total = sum + both;
        double before = total - both;
        double lost = (sum - before) + (both - (total - before));
        sum = total;
        rest = left + lost;
    }

    private Value value() {
        if (date) {
            return Value.date(milliseconds());
        }
        if (type == Types.DECIMAL) {
            return all().toValue();
        }
        if (type == Types.DOUBLE || !fitsLong()) {
            return Value.of(floating());
        }
        return type == Types.LONG ? Value.of(whole()) : Value.intOrLong(whole());
    }

    private double floating() {
        return Double.isNaN(sum) ? plain : sum;
    }

    private Decimal all() {
        Decimal others =
                Double.isFinite(sum) ? Decimal.precise(sum).plus(Decimal.precise(rest)) : Decimal.precise(plain);
        return decimals.plus(others);
    }

    private long milliseconds() {
        if (type == Types.DECIMAL) {
            Value value = all().toValue();
            return Wholes.nearest(value.bytes(), value.at());
        }
        if (!fitsLong()) {
            throw new EvaluationFailed(EvaluationFailed.DATE_OVERFLOW, "date overflow in $add");
        }
        return whole();
    }

    private boolean fitsLong() {
        if (sum == TWO_TO_63) {
            return rest < -0.5;
        }
        return sum == -TWO_TO_63 ? rest >= -0.5 : sum > -TWO_TO_63 && sum < TWO_TO_63;
    }

    private long whole() {
        if (sum == TWO_TO_63) {
            return rounded(rest) + Long.MIN_VALUE;
        }
        long whole = rounded(sum);
        return whole + rounded(sum - whole + rest);
    }

    /** Halves go away from zero. */
    private static long rounded(double value) {
        double cut = value < 0 ? Math.ceil(value) : Math.floor(value);
        return (long) (Math.abs(value - cut) >= 0.5 ? cut + Math.signum(value) : cut);
    }
}
