package dev.onchange.engine.match.expr;

import dev.onchange.engine.bson.Raw;
import dev.onchange.engine.bson.Types;
import dev.onchange.engine.bson.Wholes;
import java.math.RoundingMode;
import java.util.List;
import java.util.OptionalLong;

/** Arithmetic: the widest type of the operands, a long where an int overflows, a double where a long does. */
final class Arithmetic {

    private static final int TYPE_MISMATCH = 14;
    private static final int BAD_VALUE = 2;

    private Arithmetic() {}

    static double toDouble(Value number) {
        return switch (number.type()) {
            case Types.DOUBLE -> Raw.float64(number.bytes(), number.at());
            case Types.DECIMAL -> Decimal.of(number).doubleValue();
            default -> number.whole();
        };
    }

    static Value multiply(List<Value> factors) {
        Product product = new Product();
        for (Value factor : factors) {
            if (factor.isNullish()) {
                return Value.NULL;
            }
            if (!factor.isNumber()) {
                throw new EvaluationFailed(
                        TYPE_MISMATCH, "$multiply only supports numeric types, not " + factor.typeName());
            }
            product.multiply(factor);
        }
        return product.value();
    }

    static Value subtract(List<Value> operands) {
        Value left = operands.get(0);
        Value right = operands.get(1);
        if (left.isNumber() && right.isNumber()) {
            return difference(left, right);
        }
        if (left.isNullish() || right.isNullish()) {
            return Value.NULL;
        }
        if (left.is(Types.DATE) && right.is(Types.DATE)) {
            // unlike a date less a number, this may overflow: seen on 6.0.5
            return Value.of(left.whole() - right.whole());
        }
        if (left.is(Types.DATE) && right.isNumber()) {
            return Value.date(earlier(left.whole(), toLong(right)));
        }
        throw new EvaluationFailed(TYPE_MISMATCH, "can't $subtract " + right.typeName() + " from " + left.typeName());
    }

    private static Value difference(Value left, Value right) {
        if (left.is(Types.DECIMAL) || right.is(Types.DECIMAL)) {
            return Decimal.of(left).minus(Decimal.of(right)).toValue();
        }
        if (left.is(Types.DOUBLE) || right.is(Types.DOUBLE)) {
            return Value.of(toDouble(left) - toDouble(right));
        }
        long difference = left.whole() - right.whole();
        if (((left.whole() ^ right.whole()) & (left.whole() ^ difference)) < 0) {
            return Value.of((double) left.whole() - (double) right.whole());
        }
        return left.is(Types.LONG) || right.is(Types.LONG) ? Value.of(difference) : Value.intOrLong(difference);
    }

    /** The negated number is added, and so the least one has no negation. */
    private static long earlier(long date, long milliseconds) {
        try {
            return Math.addExact(date, Math.negateExact(milliseconds));
        } catch (ArithmeticException overflow) {
            throw new EvaluationFailed(159, "date overflow in $subtract");
        }
    }

    /** A number as milliseconds: a double is cut, a decimal rounded. */
    private static long toLong(Value number) {
        if (number.is(Types.DECIMAL)) {
            return Wholes.nearest(number.bytes(), number.at());
        }
        OptionalLong whole = Wholes.truncated(number.bytes(), number.type(), number.at());
        return whole.orElseThrow(
                () -> new EvaluationFailed(31109, "Can't coerce out of range value " + toDouble(number) + " to long"));
    }

    static Value divide(List<Value> operands) {
        Value left = operands.get(0);
        Value right = operands.get(1);
        if (left.isNumber() && right.isNumber()) {
            if (isZero(right)) {
                throw new EvaluationFailed(BAD_VALUE, "can't $divide by zero");
            }
            return left.is(Types.DECIMAL) || right.is(Types.DECIMAL)
                    ? Decimal.of(left).dividedBy(Decimal.of(right)).toValue()
                    : Value.of(toDouble(left) / toDouble(right));
        }
        if (left.isNullish() || right.isNullish()) {
            return Value.NULL;
        }
        throw new EvaluationFailed(TYPE_MISMATCH, "$divide only supports numeric types");
    }

    static Value modulo(List<Value> operands) {
        Value left = operands.get(0);
        Value right = operands.get(1);
        if (left.isNumber() && right.isNumber()) {
            return remainder(left, right);
        }
        if (left.isNullish() || right.isNullish()) {
            return Value.NULL;
        }
        throw new EvaluationFailed(16611, "$mod only supports numeric types");
    }

    private static Value remainder(Value left, Value right) {
        boolean decimal = left.is(Types.DECIMAL) || right.is(Types.DECIMAL);
        if (isZero(right)) {
            throw new EvaluationFailed(decimal ? 5733415 : 16610, "can't $mod by zero");
        }
        if (decimal) {
            return Decimal.of(left).remainder(Decimal.of(right)).toValue();
        }
        OptionalLong whole = Wholes.exact(right.bytes(), right.type(), right.at());
        boolean fits = right.is(Types.LONG) || whole.isPresent() && whole.getAsLong() == (int) whole.getAsLong();
        if (left.is(Types.DOUBLE) || right.is(Types.DOUBLE) && !fits) {
            return Value.of(toDouble(left) % toDouble(right));
        }
        long remainder = left.whole() % whole.orElseThrow();
        return left.is(Types.LONG) || right.is(Types.LONG) ? Value.of(remainder) : Value.intOrLong(remainder);
    }

    private static boolean isZero(Value number) {
        return number.is(Types.DECIMAL) ? Decimal.of(number).isZero() : toDouble(number) == 0;
    }

    static Value absolute(List<Value> operands) {
        Value number = operands.get(0);
        return switch (number.type()) {
            case Types.DOUBLE -> Value.of(Math.abs(toDouble(number)));
            case Types.DECIMAL -> Decimal.of(number).absolute().toValue();
            case Types.INT -> Value.intOrLong(Math.abs(number.whole()));
            case Types.LONG -> {
                if (number.whole() == Long.MIN_VALUE) {
                    throw new EvaluationFailed(28680, "can't take $abs of long long min");
                }
                yield Value.of(Math.abs(number.whole()));
            }
            default -> notNumeric("$abs", number);
        };
    }

    static Value ceiling(List<Value> operands) {
        Value number = operands.get(0);
        return number.is(Types.DOUBLE)
                ? Value.of(Math.ceil(toDouble(number)))
                : wholeNumber("$ceil", number, RoundingMode.CEILING);
    }

    static Value floor(List<Value> operands) {
        Value number = operands.get(0);
        return number.is(Types.DOUBLE)
                ? Value.of(Math.floor(toDouble(number)))
                : wholeNumber("$floor", number, RoundingMode.FLOOR);
    }

    private static Value wholeNumber(String operator, Value number, RoundingMode mode) {
        return switch (number.type()) {
            case Types.INT, Types.LONG -> number;
            case Types.DECIMAL -> Decimal.of(number).rounded(0, mode).toValue();
            default -> notNumeric(operator, number);
        };
    }

    private static Value notNumeric(String operator, Value value) {
        if (value.isNullish()) {
            return Value.NULL;
        }
        throw new EvaluationFailed(28765, operator + " only supports numeric types, not " + value.typeName());
    }
}
