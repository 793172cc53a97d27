package dev.onchange.engine.match.expr;

import dev.onchange.engine.bson.Types;
import dev.onchange.engine.bson.Wholes;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Conversions to whole numbers and truth values. */
final class Conversions {

    private static final int CONVERSION_FAILURE = 241;
    private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]+");

    private Conversions() {}

    static Value toBool(List<Value> operands) {
        Value value = operands.get(0);
        return value.isNullish() ? Value.NULL : Value.of(value.isTrue());
    }

    static Value toInt(List<Value> operands) {
        Value value = operands.get(0);
        if (value.isNullish()) {
            return Value.NULL;
        }
        long whole = whole(value, "int");
        if (value.is(Types.DATE) || whole != (int) whole || isBeyondInts(value)) {
            throw failure(value, "int");
        }
        return Value.of((int) whole);
    }

    /** Unlike a decimal, a double must fit before it is cut. */
    private static boolean isBeyondInts(Value value) {
        return value.is(Types.DOUBLE)
                && (Arithmetic.toDouble(value) < Integer.MIN_VALUE || Arithmetic.toDouble(value) > Integer.MAX_VALUE);
    }

    static Value toLong(List<Value> operands) {
        Value value = operands.get(0);
        return value.isNullish() ? Value.NULL : Value.of(whole(value, "long"));
    }

    private static long whole(Value value, String to) {
        return switch (value.type()) {
            case Types.BOOL -> value.isTrue() ? 1 : 0;
            case Types.INT, Types.LONG, Types.DATE -> value.whole();
            case Types.DOUBLE, Types.DECIMAL -> {
                OptionalLong truncated = Wholes.truncated(value.bytes(), value.type(), value.at());
                yield truncated.orElseThrow(() -> failure(value, to));
            }
            case Types.STRING -> parsed(value, to);
            default -> throw failure(value, to);
        };
    }

    private static long parsed(Value value, String to) {
        String text = value.text();
        try {
            if (WHOLE.matcher(text).matches()) {
                return Long.parseLong(text);
            }
        } catch (NumberFormatException tooLarge) {
            throw failure(value, to);
        }
        throw failure(value, to);
    }

    private static EvaluationFailed failure(Value value, String to) {
        return new EvaluationFailed(CONVERSION_FAILURE, "Failed to convert a " + value.typeName() + " to " + to);
    }
}
