package dev.onchange.engine.match;

import dev.onchange.engine.bson.Numbers;
import dev.onchange.engine.bson.Order;
import dev.onchange.engine.bson.Raw;
import dev.onchange.engine.bson.Types;
import dev.onchange.engine.match.syntax.Element;
import java.util.Arrays;

/** {@code $eq} and a value written without an operator. */
final class Equal implements ValueTest {

    private final Element operand;
    private final byte[] bytes;
    private final int type;
    private final int at;
    private final int bracket;
    private final int size;

    Equal(Element operand) {
        this.operand = operand;
        this.bytes = operand.bytes();
        this.type = operand.type();
        this.at = operand.at();
        this.bracket = Types.bracket(type);
        this.size = Raw.size(bytes, type, at);
    }

    Element operand() {
        return operand;
    }

    @Override
    public boolean test(byte[] value, int valueType, int valueAt) {
        if (bracket == 15) {
            return (valueType == Types.STRING || valueType == Types.SYMBOL) && sameString(value, valueAt);
        }
        int valueBracket = Types.bracket(valueType);
        if (valueBracket != bracket) {
            return valueBracket + bracket == 5;
        }
        return bracket == 10
                ? Numbers.compare(value, valueType, valueAt, bytes, type, at) == 0
                : Order.compareWithin(bracket, value, valueType, valueAt, bytes, type, at) == 0;
    }

    private boolean sameString(byte[] value, int valueAt) {
        return Raw.int32(value, valueAt) == size - 4
                && Arrays.equals(value, valueAt, valueAt + size, bytes, at, at + size);
    }
}
