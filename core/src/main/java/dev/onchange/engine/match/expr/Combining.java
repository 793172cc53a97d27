package dev.onchange.engine.match.expr;

import dev.onchange.engine.match.expr.Expression.Constant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Puts constants among operands together, as the server does before it evaluates: that decides how sums of doubles are rounded and
 * which operand fails first. Seen by explain on 6.0.5.
 */
final class Combining {

    private final Operator operator;
    private final Function<List<Expression>, Expression> folding;
    private final List<Expression> combined = new ArrayList<>();
    private final List<Expression> constants = new ArrayList<>();

    Combining(Operator operator, Function<List<Expression>, Expression> folding) {
        this.operator = operator;
        this.folding = folding;
    }

    /** Of one operand that is an array, some operators take the elements, and so it stays by itself. */
    static boolean isPossible(Operator operator, List<Expression> operands) {
        return operator.order() != Operator.Order.FIXED && (operator.inTurn() || operands.size() > 1);
    }

    List<Expression> combine(List<Expression> operands) {
        for (Expression operand : flat(operands)) {
            if (operand instanceof Constant) {
                constants.add(operand);
            } else {
                if (operator.order() == Operator.Order.ASSOCIATIVE) {
                    placeConstants();
                }
                combined.add(operand);
            }
        }
        placeConstants();
        return combined;
    }

    @SuppressWarnings("ReferenceEquality") // the operator that is being combined, itself
    private List<Expression> flat(List<Expression> operands) {
        List<Expression> flat = new ArrayList<>();
        for (Expression operand : operands) {
            if (operand instanceof Expression.InTurn nested && nested.operator() == operator) {
                flat.addAll(flat(nested.operands()));
            } else if (operand instanceof Expression.Apply nested
                    && nested.operator() == operator
                    && isPossible(operator, nested.operands())) {
                flat.addAll(flat(nested.operands()));
            } else {
                flat.add(operand);
            }
        }
        return flat;
    }

    private void placeConstants() {
        if (constants.size() > 1) {
            combined.add(folding.apply(List.copyOf(constants)));
        } else {
            combined.addAll(constants);
        }
        constants.clear();
    }
}
