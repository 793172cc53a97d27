package dev.onchange.engine.match.expr;

import dev.onchange.engine.bson.Raw;
import dev.onchange.engine.bson.Types;
import dev.onchange.engine.bson.Wholes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Arrays and documents. */
final class Arrays {

    private Arrays() {}

    static Value contains(List<Value> operands) {
        Value array = operands.get(1);
        if (!array.is(Types.ARRAY)) {
            throw new EvaluationFailed(40081, "$in requires an array as a second argument, found: " + array.typeName());
        }
        return Value.of(array.elements().stream().anyMatch(element -> element.compare(operands.get(0)) == 0));
    }

    static Value size(List<Value> operands) {
        Value array = operands.get(0);
        if (!array.is(Types.ARRAY)) {
            throw new EvaluationFailed(
                    17124, "The argument to $size must be an array, but was of type: " + array.typeName());
        }
        return Value.of(Raw.count(array.bytes(), array.at()));
    }

    static Value concatenate(List<Value> operands) {
        List<Value> all = new ArrayList<>();
        for (Value operand : operands) {
            if (operand.isNullish()) {
                return Value.NULL;
            }
            if (!operand.is(Types.ARRAY)) {
                throw new EvaluationFailed(28664, "$concatArrays only supports arrays, not " + operand.typeName());
            }
            all.addAll(operand.elements());
        }
        return Building.array(all);
    }

    static Value element(List<Value> operands) {
        Value array = operands.get(0);
        Value index = operands.get(1);
        if (array.isNullish() || index.isNullish()) {
            return Value.NULL;
        }
        requireArray(array);
        if (!index.isNumber()) {
            throw new EvaluationFailed(28690, "$arrayElemAt's second argument must be a numeric value");
        }
        OptionalLong whole = Wholes.exact(index.bytes(), index.type(), index.at());
        if (whole.isEmpty() || whole.getAsLong() != (int) whole.getAsLong()) {
            throw new EvaluationFailed(
                    28691, "$arrayElemAt's second argument must be representable as a 32-bit integer");
        }
        return at(array.elements(), (int) whole.getAsLong());
    }

    static Value first(List<Value> operands) {
        return end(operands.get(0), 0);
    }

    static Value last(List<Value> operands) {
        return end(operands.get(0), -1);
    }

    private static Value end(Value array, int index) {
        if (array.isNullish()) {
            return Value.NULL;
        }
        requireArray(array);
        return at(array.elements(), index);
    }

    private static Value at(List<Value> elements, int index) {
        int position = index < 0 ? elements.size() + index : index;
        return position >= 0 && position < elements.size() ? elements.get(position) : Value.MISSING;
    }

    private static void requireArray(Value array) {
        if (!array.is(Types.ARRAY)) {
            throw new EvaluationFailed(28689, "the first argument must be an array, but is " + array.typeName());
        }
    }

    static Value fieldsOf(List<Value> operands) {
        Value document = operands.get(0);
        if (document.isNullish()) {
            return Value.NULL;
        }
        if (!document.is(Types.OBJECT)) {
            throw new EvaluationFailed(
                    40390, "$objectToArray requires a document input, found: " + document.typeName());
        }
        List<Value> pairs = new ArrayList<>();
        int element = Raw.first(document.at());
        while (document.bytes()[element] != 0) {
            int type = document.bytes()[element];
            int at = Raw.value(document.bytes(), element);
            Map<String, Value> pair = new LinkedHashMap<>();
            pair.put("k", Value.of(Raw.cString(document.bytes(), element + 1)));
            pair.put("v", new Value(document.bytes(), type, at));
            pairs.add(Building.document(pair));
            element = Raw.next(document.bytes(), type, at);
        }
        return Building.array(pairs);
    }

    static Value merge(List<Value> operands) {
        Map<String, Value> merged = new LinkedHashMap<>();
        for (Value document : documents(operands)) {
            if (document.isNullish()) {
                continue;
            }
            if (!document.is(Types.OBJECT)) {
                throw new EvaluationFailed(
                        40400, "$mergeObjects requires object inputs, but got " + document.typeName());
            }
            int element = Raw.first(document.at());
            while (document.bytes()[element] != 0) {
                int type = document.bytes()[element];
                int at = Raw.value(document.bytes(), element);
                merged.put(Raw.cString(document.bytes(), element + 1), new Value(document.bytes(), type, at));
                element = Raw.next(document.bytes(), type, at);
            }
        }
        return Building.document(merged);
    }

    private static List<Value> documents(List<Value> operands) {
        return operands.size() == 1 && operands.get(0).is(Types.ARRAY)
                ? operands.get(0).elements()
                : operands;
    }

    /** A field by its name, which may hold dots and dollars. */
    static Value field(String name, Value input) {
        if (input.is(Types.OBJECT)) {
            // no name in a document holds a character with code 0
            return name.indexOf('\0') >= 0 ? Value.MISSING : input.field(name.getBytes(StandardCharsets.UTF_8));
        }
        return input.isNullish() && !input.is(Types.MISSING) ? Value.NULL : Value.MISSING;
    }
}
