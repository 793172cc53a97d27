package dev.onchange.engine.match.expr;

import dev.onchange.engine.bson.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Arrays as sets, in the order of values. */
final class Sets {

    private Sets() {}

    @SuppressWarnings("NonApiType") // in order, which equal results depend on
    private static TreeSet<Value> set(List<Value> elements) {
        TreeSet<Value> set = new TreeSet<>(Value::compare);
        set.addAll(elements);
        return set;
    }

    private static void requireArray(Value value, int code, String operator) {
        if (!value.is(Types.ARRAY)) {
            throw new EvaluationFailed(
                    code, "the operands of " + operator + " must be arrays, but one is " + value.typeName());
        }
    }

    static Value isSubset(List<Value> operands) {
        requireArray(operands.get(0), 17046, "$setIsSubset");
        requireArray(operands.get(1), 17042, "$setIsSubset");
        return Value.of(
                set(operands.get(1).elements()).containsAll(operands.get(0).elements()));
    }

    static Value equals(List<Value> operands) {
        requireArray(operands.get(0), 17044, "$setEquals");
        TreeSet<Value> first = set(operands.get(0).elements());
        for (Value operand : operands.subList(1, operands.size())) {
            requireArray(operand, 17044, "$setEquals");
            TreeSet<Value> other = set(operand.elements());
            if (other.size() != first.size() || !first.containsAll(other)) {
                return Value.FALSE;
            }
        }
        return Value.TRUE;
    }

    static Value union(List<Value> operands) {
        TreeSet<Value> union = set(List.of());
        for (Value operand : operands) {
            if (operand.isNullish()) {
                return Value.NULL;
            }
            requireArray(operand, 17043, "$setUnion");
            union.addAll(operand.elements());
        }
        return Building.array(new ArrayList<>(union));
    }

    static Value intersection(List<Value> operands) {
        TreeSet<Value> common = set(List.of());
        for (int i = 0; i < operands.size(); i++) {
            Value operand = operands.get(i);
            if (operand.isNullish()) {
                return Value.NULL;
            }
            requireArray(operand, 17047, "$setIntersection");
            TreeSet<Value> other = set(operand.elements());
            if (i == 0) {
                common = other;
            } else {
                common.removeIf(value -> !other.contains(value));
            }
        }
        return Building.array(new ArrayList<>(common));
    }

    static Value difference(List<Value> operands) {
        if (operands.get(0).isNullish() || operands.get(1).isNullish()) {
            return Value.NULL;
        }
        requireArray(operands.get(0), 17048, "$setDifference");
        requireArray(operands.get(1), 17049, "$setDifference");
        TreeSet<Value> seen = set(operands.get(1).elements());
        return Building.array(
                operands.get(0).elements().stream().filter(seen::add).toList());
    }

    static Value anyTrue(List<Value> operands) {
        requireArray(operands.get(0), 17041, "$anyElementTrue");
        return Value.of(operands.get(0).elements().stream().anyMatch(Value::isTrue));
    }

    static Value allTrue(List<Value> operands) {
        requireArray(operands.get(0), 17040, "$allElementsTrue");
        return Value.of(operands.get(0).elements().stream().allMatch(Value::isTrue));
    }

    static Value greatest(List<Value> operands) {
        return extreme(operands, 1);
    }

    static Value least(List<Value> operands) {
        return extreme(operands, -1);
    }

    private static Value extreme(List<Value> operands, int sign) {
        Value extreme = Value.NULL;
        boolean single = operands.size() == 1 && operands.get(0).is(Types.ARRAY);
        for (Value value : single ? operands.get(0).elements() : operands) {
            if (!value.isNullish() && (extreme.isNullish() || value.compare(extreme) * sign > 0)) {
                extreme = value;
            }
        }
        return extreme;
    }
}
