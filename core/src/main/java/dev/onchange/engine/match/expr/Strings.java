package dev.onchange.engine.match.expr;

import dev.onchange.engine.bson.Raw;
import dev.onchange.engine.bson.Types;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.bson.types.Decimal128;

/** Strings: case is that of ASCII letters only. */
final class Strings {

    private static final DateTimeFormatter ISO =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final MathContext PRINTED = new MathContext(6, RoundingMode.HALF_EVEN);

    private Strings() {}

    static Value concatenate(List<Value> operands) {
        StringBuilder text = new StringBuilder();
        for (Value operand : operands) {
            if (operand.isNullish()) {
                return Value.NULL;
            }
            if (!operand.is(Types.STRING)) {
                throw new EvaluationFailed(16702, "$concat only supports strings, not " + operand.typeName());
            }
            text.append(operand.text());
        }
        return Value.of(text.toString());
    }

    static Value lower(List<Value> operands) {
        return Value.of(map(text(operands.get(0)), 'A', 'Z', 'a' - 'A'));
    }

    static Value upper(List<Value> operands) {
        return Value.of(map(text(operands.get(0)), 'a', 'z', 'A' - 'a'));
    }

    private static String map(String text, char first, char last, int shift) {
        StringBuilder mapped = new StringBuilder(text);
        for (int i = 0; i < mapped.length(); i++) {
            char c = mapped.charAt(i);
            if (c >= first && c <= last) {
                mapped.setCharAt(i, (char) (c + shift));
            }
        }
        return mapped.toString();
    }

    static Value compareCaseless(List<Value> operands) {
        return Value.of(upper(operands).compare(upper(operands.subList(1, 2))));
    }

    static Value codePoints(List<Value> operands) {
        String text = string(operands.get(0), 34471, "$strLenCP");
        return Value.of(text.codePointCount(0, text.length()));
    }

    static Value byteCount(List<Value> operands) {
        Value value = operands.get(0);
        string(value, 34473, "$strLenBytes");
        return Value.of(Raw.int32(value.bytes(), value.at()) - 1);
    }

    private static String string(Value value, int code, String operator) {
        if (!value.is(Types.STRING)) {
            throw new EvaluationFailed(code, operator + " requires a string argument, found: " + value.typeName());
        }
        return value.text();
    }

    /** A value as text, where the server takes it for one. */
    static String text(Value value) {
        return switch (value.type()) {
            case Types.STRING, Types.SYMBOL, Types.CODE -> value.text();
            case Types.NULL, Types.UNDEFINED, Types.MISSING -> "";
            case Types.INT, Types.LONG -> Long.toString(value.whole());
            case Types.DOUBLE -> printed(Raw.float64(value.bytes(), value.at()));
            case Types.DECIMAL ->
                Decimal128.fromIEEE754BIDEncoding(
                                Raw.int64(value.bytes(), value.at() + 8), Raw.int64(value.bytes(), value.at()))
                        .toString();
            case Types.DATE -> date(value.whole());
            case Types.TIMESTAMP ->
                throw new EvaluationFailed(
                        EvaluationFailed.ONLY_SERVER_KNOWS, "a timestamp as text is in the server's time zone");
            default ->
                throw new EvaluationFailed(16007, "can't convert from BSON type " + value.typeName() + " to String");
        };
    }

    private static String date(long milliseconds) {
        Instant instant = Instant.ofEpochMilli(milliseconds);
        int year = instant.atOffset(ZoneOffset.UTC).getYear();
        if (year < 0 || year > 9999) {
            throw new EvaluationFailed(
                    18537, "Could not convert date to string: date component was outside the supported range");
        }
        return ISO.format(instant);
    }

    /** As C++ prints a double. */
    private static String printed(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        }
        BigDecimal rounded = new BigDecimal(value).round(PRINTED);
        if (rounded.signum() == 0) {
            return 1 / value < 0 ? "-0" : "0";
        }
        int exponent = rounded.precision() - rounded.scale() - 1;
        BigDecimal stripped = rounded.stripTrailingZeros();
        if (exponent >= -4 && exponent < PRINTED.getPrecision()) {
            return stripped.toPlainString();
        }
        String mantissa = stripped.movePointLeft(exponent).toPlainString();
        return mantissa + (exponent < 0 ? "e-" : "e+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    }
}
