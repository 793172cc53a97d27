package dev.onchange.engine.match.expr;

import dev.onchange.engine.bson.Types;
import dev.onchange.engine.bson.Wholes;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds constants of which an operator that only the server evaluates has no value: the server computes constant
 * operands when it opens a stream, and so refuses them.
 */
final class ConstantOperands {

    private static final Set<String> NUMERIC = Set.of(
            "$acos",
            "$acosh",
            "$asin",
            "$asinh",
            "$atan",
            "$atanh",
            "$cos",
            "$cosh",
            "$sin",
            "$sinh",
            "$tan",
            "$tanh",
            "$degreesToRadians",
            "$radiansToDegrees",
            "$exp",
            "$ln",
            "$log10",
            "$sqrt",
            "$atan2",
            "$log",
            "$pow");
    private static final Pattern NUMBER = Pattern.compile("[+-]?([0-9]|\\.[0-9]|inf|nan).*", Pattern.CASE_INSENSITIVE);

    private ConstantOperands() {}

    /** Whether the operator surely has no value of these. */
    static boolean areWithoutValue(String operator, List<Value> values) {
        if (values.isEmpty()) {
            return false;
        }
        Value first = values.get(0);
        if (NUMERIC.contains(operator)) {
            return values.stream().noneMatch(Value::isNullish)
                    && (!values.stream().allMatch(Value::isNumber) || isOutside(operator, values));
        }
        if (operator.equals("$split")) {
            return values.stream().noneMatch(Value::isNullish)
                    && !values.stream().allMatch(value -> value.is(Types.STRING));
        }
        if (operator.equals("$range")) {
            return !values.stream().allMatch(ConstantOperands::isInt)
                    || values.size() > 2 && values.get(2).whole() == 0;
        }
        return !first.isNullish() && isUnsuitable(operator, first, values);
    }

    /** Whether an operator may have a value of such an argument that is constant, as all others are. */
    static boolean isPossible(String operator, String argument, Value constant) {
        return switch (operator) {
            case "$trim", "$ltrim", "$rtrim", "$replaceOne", "$replaceAll" -> constant.is(Types.STRING);
            default ->
                switch (argument) {
                    case "date", "startDate", "endDate" -> isDate(constant);
                    case "timezone" -> constant.is(Types.STRING);
                    default -> true;
                };
        };
    }

    /** Whether the server takes it for a date. */
    static boolean isDate(Value value) {
        return value.is(Types.DATE) || value.is(Types.TIMESTAMP) || value.is(Types.OBJECT_ID);
    }

    private static boolean isUnsuitable(String operator, Value first, List<Value> values) {
        return switch (operator) {
            case "$reverseArray", "$arrayToObject", "$indexOfArray" -> !first.is(Types.ARRAY);
            case "$bsonSize" -> !first.is(Types.OBJECT);
            case "$binarySize" -> !first.is(Types.STRING) && !first.is(Types.BINARY);
            case "$tsSecond", "$tsIncrement" -> !first.is(Types.TIMESTAMP);
            case "$indexOfBytes", "$indexOfCP" ->
                !first.is(Types.STRING) || !values.get(1).is(Types.STRING);
            case "$trunc", "$round" -> !first.isNumber() || values.size() > 1 && isNoPlace(values.get(1));
            case "$slice" ->
                values.subList(1, values.size()).stream().noneMatch(Value::isNullish)
                        && (!first.is(Types.ARRAY)
                                || !values.subList(1, values.size()).stream().allMatch(ConstantOperands::isInt)
                                || values.size() > 2 && Arithmetic.toDouble(values.get(2)) <= 0);
            case "$toString" -> !isScalar(first);
            case "$toDouble", "$toDecimal" ->
                !isScalar(first)
                        || first.is(Types.OBJECT_ID)
                        || first.is(Types.STRING)
                                && !NUMBER.matcher(first.text()).matches();
            case "$toDate" ->
                !isScalar(first)
                        || first.is(Types.BOOL)
                        || first.is(Types.INT)
                        || first.is(Types.STRING) && first.text().chars().noneMatch(Character::isDigit);
            case "$toObjectId" ->
                !first.is(Types.OBJECT_ID)
                        && !(first.is(Types.STRING) && first.text().matches("[0-9a-fA-F]{24}"));
            default -> false;
        };
    }

    private static boolean isOutside(String operator, List<Value> numbers) {
        double first = Arithmetic.toDouble(numbers.get(0));
        return switch (operator) {
            case "$sqrt" -> first < 0;
            case "$ln", "$log10" -> first <= 0;
            case "$log" -> {
                double base = Arithmetic.toDouble(numbers.get(1));
                yield first <= 0 || base <= 0 || base == 1;
            }
            case "$pow" -> first == 0 && Arithmetic.toDouble(numbers.get(1)) < 0;
            case "$acos", "$asin", "$atanh" -> first < -1 || first > 1;
            case "$acosh" -> first < 1;
            default -> false;
        };
    }

    private static boolean isNoPlace(Value value) {
        OptionalLong place = whole(value);
        return !value.isNullish() && (place.isEmpty() || place.getAsLong() < -20 || place.getAsLong() > 100);
    }

    private static boolean isInt(Value value) {
        OptionalLong whole = whole(value);
        return whole.isPresent() && whole.getAsLong() == (int) whole.getAsLong();
    }

    /** Empty if it is none. */
    private static OptionalLong whole(Value value) {
        return value.isNumber() ? Wholes.exact(value.bytes(), value.type(), value.at()) : OptionalLong.empty();
    }

    /** Of a type that the server converts. */
    private static boolean isScalar(Value value) {
        return value.isNumber()
                || value.is(Types.BOOL)
                || value.is(Types.STRING)
                || value.is(Types.DATE)
                || value.is(Types.OBJECT_ID)
                || value.is(Types.TIMESTAMP);
    }
}
