package dev.onchange.match.expr;

/**
 * What an expression can see.
 *
 * @param root the event
 * @param variables by their slots
 */
@SuppressWarnings("ArrayRecordComponent") // one for each evaluation, and never compared
record Scope(Value root, Value[] variables) {

    Scope with(int slot, Value value) {
        Value[] more = java.util.Arrays.copyOf(variables, Math.max(variables.length, slot + 1));
        more[slot] = value;
        return new Scope(root, more);
    }
}
