package dev.onchange.engine.match.expr;

import dev.onchange.engine.bson.Types;
import java.util.List;
import java.util.Optional;

/**
 * What the server finds out about an event before it evaluates an expression: comparisons of a field with a constant that the
 * expression implies. Where one does not hold, the expression is not evaluated, and cannot fail.
 */
interface Guard {

    /** Whether the expression may be true of the event. */
    boolean admits(Value event);

    /**
     * How many conditions the server makes of an expression. Of more than one it makes a conjunction, and merges that with the
     * expression itself, which then is evaluated first.
     */
    static int conditions(Expression expression) {
        if (!(expression instanceof Expression.Logical logical)) {
            return of(expression).isPresent() ? 1 : 0;
        }
        List<Integer> parts = logical.operands().stream().map(Guard::conditions).toList();
        if (!logical.deciding()) {
            return parts.stream().mapToInt(Integer::intValue).sum();
        }
        return parts.contains(0) ? 0 : parts.size() == 1 ? parts.get(0) : 1;
    }

    static Optional<Guard> of(Expression expression) {
        if (expression instanceof Expression.Logical logical) {
            List<Optional<Guard>> parts =
                    logical.operands().stream().map(Guard::of).toList();
            return logical.deciding() ? any(parts) : all(parts);
        }
        return expression instanceof Expression.Apply apply ? comparison(apply) : Optional.empty();
    }

    private static Optional<Guard> all(List<Optional<Guard>> parts) {
        List<Guard> known = parts.stream().flatMap(Optional::stream).toList();
        return known.isEmpty()
                ? Optional.empty()
                : Optional.of(event -> known.stream().allMatch(part -> part.admits(event)));
    }

    private static Optional<Guard> any(List<Optional<Guard>> parts) {
        if (parts.stream().anyMatch(Optional::isEmpty)) {
            return Optional.empty();
        }
        return Optional.of(
                event -> parts.stream().anyMatch(part -> part.orElseThrow().admits(event)));
    }

    private static Optional<Guard> comparison(Expression.Apply apply) {
        boolean comparing = switch (apply.operator().name()) {
            case "$eq", "$gt", "$gte", "$lt", "$lte" -> true;
            default -> false;
        };
        if (!comparing) {
            return Optional.empty();
        }
        Expression left = apply.operands().get(0);
        Expression right = apply.operands().get(1);
        boolean known = isField(left) && isComparable(right) || isField(right) && isComparable(left);
        return known ? Optional.of(event -> admits(apply, isField(left) ? left : right, event)) : Optional.empty();
    }

    private static boolean isField(Expression expression) {
        return expression instanceof Expression.Path path && path.local();
    }

    private static boolean isComparable(Expression expression) {
        return expression instanceof Expression.Constant constant
                && !constant.value().is(Types.ARRAY)
                && !constant.value().is(Types.MISSING)
                && !constant.value().is(Types.UNDEFINED);
    }

    /** An array on the way admits everything. */
    private static boolean admits(Expression.Apply comparison, Expression field, Value event) {
        VariableScope scope = VariableScope.of(event);
        return field.evaluate(scope).is(Types.ARRAY)
                || comparison.evaluate(scope).isTrue();
    }
}
