package dev.onchange.engine.match.expr;

/**
 * What an expression can see.
 *
 * @param root the event
 * @param variables by their slots; none outside of loops
 * @param budget of all loops
 */
@SuppressWarnings("ArrayRecordComponent") // one for each evaluation, and never compared
record VariableScope(Value root, Value[] variables, Budget budget) {

    private static final Value[] NONE = new Value[0];

    /** Outside of loops. */
    static VariableScope of(Value root) {
        return new VariableScope(root, NONE, new Budget());
    }

    boolean inLoop() {
        return variables.length > 0;
    }

    VariableScope with(int slot, Value value) {
        Value[] more = java.util.Arrays.copyOf(variables, Math.max(variables.length, slot + 1));
        more[slot] = value;
        return new VariableScope(root, more, budget);
    }
}
