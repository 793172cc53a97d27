package dev.onchange.engine.match.expr;

import dev.onchange.engine.bson.Types;
import dev.onchange.engine.match.syntax.Element;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The expression of a {@code $expr}. */
public final class EventExpression {

    private final Expression expression;
    private final ExpressionParser parsed;
    private final Optional<Guard> guard;

    private EventExpression(Expression expression, ExpressionParser parsed) {
        this.expression = expression;
        this.parsed = parsed;
        this.guard = Guard.of(expression);
    }

    /** Parses an expression; throws {@link dev.onchange.engine.match.syntax.Rejected} if the server would refuse it. */
    public static EventExpression parse(Element element) {
        ExpressionParser parser = new ExpressionParser();
        Expression expression = parser.parse(element, Variables.NONE);
        if (parser.mayFail() && Guard.conditions(expression) > 1) {
            parser.onServer(
                    "an operator that may fail, and several comparisons of which the server makes conditions of their own");
        }
        return new EventExpression(expression, parser);
    }

    /**
     * Whether the expression is true of the event.
     *
     * @throws EvaluationFailed if it has no value
     */
    public boolean matches(byte[] bytes, int document) {
        Value event = new Value(bytes, Types.OBJECT, document);
        if (parsed.mayFail() && guard.isPresent() && !guard.get().admits(event)) {
            return false;
        }
        return expression.evaluate(VariableScope.of(event)).isTrue();
    }

    /** Whether the server looks at some fields before it evaluates the expression, and so does that last. */
    public boolean isGuarded() {
        return guard.isPresent();
    }

    /** Whether evaluation may fail. */
    public boolean canFail() {
        return parsed.mayFail();
    }

    /** Whether it may read any field of the event. */
    public boolean readsWholeEvent() {
        return parsed.readsWholeEvent();
    }

    /** The fields of the event that it names. */
    public Set<String> fields() {
        return parsed.fields();
    }

    /** Why only the server can evaluate it; empty if it can be evaluated here. */
    public List<String> reasons() {
        return parsed.reasons();
    }
}
