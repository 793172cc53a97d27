package dev.onchange.engine.match;

import dev.onchange.engine.bson.Numbers;
import dev.onchange.engine.bson.Order;
import dev.onchange.engine.bson.Types;
import dev.onchange.engine.match.syntax.Element;

/** {@code $lt}, {@code $lte}, {@code $gt} and {@code $gte}: among values of the operand's bracket only. */
final class Ordered implements ValueTest {

    /** What the order of value and operand must be. */
    enum Relation {
        LESS(true, false),
        LESS_OR_EQUAL(true, true),
        GREATER(false, false),
        GREATER_OR_EQUAL(false, true);

        private final boolean less;
        private final boolean orEqual;

        Relation(boolean less, boolean orEqual) {
            this.less = less;
            this.orEqual = orEqual;
        }
    }

    private final Relation relation;
    private final byte[] bytes;
    private final int type;
    private final int at;
    private final int bracket;
    private final boolean nan;

    Ordered(Relation relation, Element operand) {
        this.relation = relation;
        this.bytes = operand.bytes();
        this.type = operand.type();
        this.at = operand.at();
        this.bracket = Types.bracket(type);
        this.nan = Numbers.isNaN(bytes, type, at);
    }

    @Override
    public boolean test(byte[] value, int valueType, int valueAt) {
        int valueBracket = Types.bracket(valueType);
        if (valueBracket != bracket) {
            return acrossBrackets(valueBracket);
        }
        if (bracket == 10) {
            boolean valueNan = Numbers.isNaN(value, valueType, valueAt);
            if (nan || valueNan) {
                return nan && valueNan && relation.orEqual;
            }
        }
        int order = Order.compareWithin(bracket, value, valueType, valueAt, bytes, type, at);
        return order == 0 ? relation.orEqual : order < 0 == relation.less;
    }

    private boolean acrossBrackets(int valueBracket) {
        if (valueBracket + bracket == 5) {
            return relation.orEqual;
        }
        return type == Types.MAX_KEY ? relation.less : type == Types.MIN_KEY && !relation.less;
    }
}
