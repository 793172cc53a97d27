package dev.onchange.engine.match.expr;

import dev.onchange.engine.bson.Raw;
import dev.onchange.engine.bson.Types;

/**
 * How much the loops of one evaluation may still do, in bytes read or written. Nested loops over large arrays, and
 * values that double at each turn, would else delay all other handlers. Not safe for use by several threads.
 */
final class Budget {

    /** Some tenths of a second. */
    private static final long BYTES = 128L << 20;

    private static final int TURN = 64;

    private long left = BYTES;

    /** Counts another turn of a loop and the size of its result. */
    void turn(Value result) {
        spend(TURN + size(result));
    }

    /** An operator in a loop reads this. */
    void read(Value operand) {
        spend(size(operand));
    }

    private static int size(Value value) {
        return switch (value.type()) {
            case Types.STRING, Types.ARRAY, Types.OBJECT -> Raw.int32(value.bytes(), value.at());
            default -> 0;
        };
    }

    private void spend(int bytes) {
        left -= bytes;
        if (left < 0) {
            throw EvaluationFailed.onlyServerKnows("the loops of this expression take too long on this event");
        }
    }
}
