package dev.onchange.engine.match;

/** A condition on one value. */
interface ValueTest {

    /**
     * Whether the value satisfies the condition.
     *
     * @param type BSON type, or 0 for a field that is not there
     * @param at position of the value; without meaning if it is not there
     */
    boolean test(byte[] bytes, int type, int at);
}
