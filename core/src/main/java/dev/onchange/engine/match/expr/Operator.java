package dev.onchange.engine.match.expr;

import java.util.List;
import java.util.function.Function;

/**
 * An operator whose operands are expressions.
 *
 * @param least the least number of operands
 * @param most the greatest number
 * @param function computes the value; fails with {@link EvaluationFailed}
 */
record Operator(String name, int least, int most, Order order, boolean canFail, Function<List<Value>, Value> function) {

    /** How operands may be put together before any is known. */
    enum Order {
        /** Not at all. */
        FIXED,
        /** Neighbours may be combined. */
        ASSOCIATIVE,
        /** All may be combined. */
        COMMUTATIVE
    }

    /** Whether it looks at each operand before it evaluates the next. */
    boolean inTurn() {
        return order != Order.FIXED && !isOfElements() || isEquality();
    }

    /** Whether it takes the elements of an array that is its only operand. */
    private boolean isOfElements() {
        return name.equals("$max") || name.equals("$min") || name.equals("$sum");
    }

    /** Whether, of this value for its first operands, it looks at no more of them. */
    boolean isDecided(Value soFar) {
        return soFar.isNullish() || isEquality() && !soFar.isTrue();
    }

    private boolean isEquality() {
        return name.equals("$setEquals");
    }
}
