package dev.onchange.engine.match.expr;

import dev.onchange.engine.bson.Types;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** An aggregation expression. */
sealed interface Expression {

    /**
     * The value for an event.
     *
     * @throws EvaluationFailed if it has none
     */
    Value evaluate(VariableScope scope);

    /** Always the same value. */
    record Constant(Value value) implements Expression {

        @Override
        public Value evaluate(VariableScope scope) {
            return value;
        }
    }

    /**
     * What a path leads to: of an array, the array of what it leads to in each document in it.
     *
     * @param slot of the variable, or {@link #ROOT}
     * @param local whether it is a field of the event for the server, too
     */
    record Path(int slot, List<byte[]> parts, boolean local) implements Expression {

        static final int ROOT = -1;

        @Override
        public Value evaluate(VariableScope scope) {
            Value start = slot == ROOT ? scope.root() : scope.variables()[slot];
            if (parts.isEmpty()) {
                return start;
            }
            // a variable may hold an array, the event never is one
            return start.is(Types.ARRAY) ? inArray(start, 0) : in(start, 0);
        }

        private Value in(Value value, int part) {
            if (!value.is(Types.OBJECT)) {
                return Value.MISSING;
            }
            Value field = value.field(parts.get(part));
            if (part + 1 == parts.size()) {
                return field;
            }
            return field.is(Types.ARRAY) ? inArray(field, part + 1) : in(field, part + 1);
        }

        private Value inArray(Value array, int part) {
            List<Value> found = new ArrayList<>();
            for (Value element : array.elements()) {
                Value nested = in(element, part);
                if (!nested.is(Types.MISSING)) {
                    found.add(nested);
                }
            }
            return Building.array(found);
        }
    }

    /** A document with these fields. */
    record NewDocument(Map<String, Expression> fields) implements Expression {

        @Override
        public Value evaluate(VariableScope scope) {
            Map<String, Value> values = new LinkedHashMap<>();
            fields.forEach((name, field) -> values.put(name, field.evaluate(scope)));
            return Building.document(values);
        }
    }

    /** An array of these elements. */
    record NewArray(List<Expression> elements) implements Expression {

        @Override
        public Value evaluate(VariableScope scope) {
            return Building.array(Expression.all(elements, scope));
        }
    }

    /** An operator that first evaluates all its operands. */
    record Apply(Operator operator, List<Expression> operands) implements Expression {

        @Override
        public Value evaluate(VariableScope scope) {
            List<Value> values = all(operands, scope);
            if (scope.inLoop()) {
                values.forEach(scope.budget()::read);
            }
            return operator.function().apply(values);
        }
    }

    /** An operator that looks at each operand before it evaluates the next, and may need no more of them. */
    record InTurn(Operator operator, List<Expression> operands) implements Expression {

        @Override
        public Value evaluate(VariableScope scope) {
            List<Value> values = new ArrayList<>(operands.size());
            Value result = Value.NULL;
            for (Expression operand : operands) {
                values.add(operand.evaluate(scope));
                result = soFar(values);
                if (scope.inLoop()) {
                    scope.budget().read(result);
                }
                if (operator.isDecided(result)) {
                    return result;
                }
            }
            return result;
        }

        private Value soFar(List<Value> values) {
            try {
                return operator.function().apply(values);
            } catch (EvaluationFailed failed) {
                if (failed.code() == EvaluationFailed.DATE_OVERFLOW && values.size() < operands.size()) {
                    return Value.TRUE;
                }
                throw failed;
            }
        }
    }

    /** {@code $and} and {@code $or}. */
    record Logical(boolean deciding, List<Expression> operands) implements Expression {

        @Override
        public Value evaluate(VariableScope scope) {
            for (Expression operand : operands) {
                if (operand.evaluate(scope).isTrue() == deciding) {
                    return Value.of(deciding);
                }
            }
            return Value.of(!deciding);
        }
    }

    /** {@code $cond}. */
    record Conditional(Expression condition, Expression then, Expression otherwise) implements Expression {

        @Override
        public Value evaluate(VariableScope scope) {
            return condition.evaluate(scope).isTrue() ? then.evaluate(scope) : otherwise.evaluate(scope);
        }
    }

    /** {@code $ifNull}. */
    record IfNull(List<Expression> operands) implements Expression {

        @Override
        public Value evaluate(VariableScope scope) {
            Value value = Value.MISSING;
            for (Expression operand : operands) {
                value = operand.evaluate(scope);
                if (!value.isNullish()) {
                    return value;
                }
            }
            return value;
        }
    }

    /** What {@code in} computes with a variable set. */
    record Let(int slot, Expression value, Expression in) implements Expression {

        @Override
        public Value evaluate(VariableScope scope) {
            return in.evaluate(scope.with(slot, value.evaluate(scope)));
        }
    }

    /** {@code $map} and {@code $filter}. */
    record Each(int slot, Expression input, Expression body, boolean filter) implements Expression {

        @Override
        public Value evaluate(VariableScope scope) {
            Value array = input.evaluate(scope);
            if (array.isNullish()) {
                return Value.NULL;
            }
            if (!array.is(Types.ARRAY)) {
                throw new EvaluationFailed(filter ? 28651 : 16883, "input must be an array not " + array.typeName());
            }
            List<Value> results = new ArrayList<>();
            for (Value element : array.elements()) {
                Value result = body.evaluate(scope.with(slot, element));
                scope.budget().turn(result);
                if (!filter) {
                    results.add(result);
                } else if (result.isTrue()) {
                    results.add(element);
                }
            }
            return Building.array(results);
        }
    }

    /** {@code $reduce}. */
    record Reduce(Expression input, Expression initial, Expression in, int valueSlot, int elementSlot)
            implements Expression {

        @Override
        public Value evaluate(VariableScope scope) {
            Value array = input.evaluate(scope);
            if (array.isNullish()) {
                return Value.NULL;
            }
            if (!array.is(Types.ARRAY)) {
                throw new EvaluationFailed(
                        40080, "$reduce requires that 'input' be an array, found: " + array.typeName());
            }
            Value value = initial.evaluate(scope);
            for (Value element : array.elements()) {
                value = in.evaluate(scope.with(valueSlot, value).with(elementSlot, element));
                scope.budget().turn(value);
            }
            return value;
        }
    }

    /** A function of one operand that is not an operator of its own. */
    record Function1(Expression operand, Function<Value, Value> function) implements Expression {

        @Override
        public Value evaluate(VariableScope scope) {
            return function.apply(operand.evaluate(scope));
        }
    }

    /** Only the server can evaluate it. */
    record OnServer() implements Expression {

        @Override
        public Value evaluate(VariableScope scope) {
            throw new IllegalStateException("only the server can evaluate this expression");
        }
    }

    static List<Value> all(List<Expression> expressions, VariableScope scope) {
        List<Value> values = new ArrayList<>(expressions.size());
        for (Expression expression : expressions) {
            values.add(expression.evaluate(scope));
        }
        return values;
    }

    static Value root(byte[] bytes, int document) {
        return new Value(bytes, Types.OBJECT, document);
    }
}
