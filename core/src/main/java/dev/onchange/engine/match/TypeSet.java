package dev.onchange.engine.match;

import dev.onchange.engine.bson.TypeNames;
import dev.onchange.engine.bson.Types;
import dev.onchange.engine.bson.Wholes;
import dev.onchange.engine.match.syntax.Element;
import java.util.OptionalLong;

/** {@code $type}: one of several BSON types. */
final class TypeSet implements ValueTest {

    private static final int NUMBERS = 1 << Types.INT | 1 << Types.LONG | 1 << Types.DOUBLE | 1 << Types.DECIMAL;

    private final int types;

    private TypeSet(int types) {
        this.types = types;
    }

    static TypeSet parse(Element operand) {
        if (!operand.is(Types.ARRAY)) {
            return new TypeSet(bits(operand));
        }
        int types = 0;
        for (Element element : operand.elements()) {
            types |= bits(element);
        }
        if (types == 0) {
            throw operand.place().reject("$type must name at least one type");
        }
        return new TypeSet(types);
    }

    @Override
    public boolean test(byte[] bytes, int type, int at) {
        return type != Types.MISSING && (types & bit(type)) != 0;
    }

    private static int bits(Element operand) {
        if (operand.is(Types.STRING)) {
            String name = operand.text();
            Integer type = TypeNames.type(name);
            if (type == null && !name.equals("number")) {
                throw operand.place().reject("no type is called \"" + name + "\"");
            }
            return type == null ? NUMBERS : bit(type);
        }
        if (!operand.isNumber()) {
            throw operand.place().reject("a type is given by its name or its number");
        }
        OptionalLong number = Wholes.exact(operand.bytes(), operand.type(), operand.at());
        if (number.isEmpty()
                || !TypeNames.isType((int) number.getAsLong())
                || number.getAsLong() > 127
                || number.getAsLong() < -1) {
            throw operand.place().reject("no type has the number " + operand.decoded());
        }
        return bit((int) number.getAsLong());
    }

    /** Types 1 to 19 have the bits of their numbers, the least and the greatest key two others. */
    private static int bit(int type) {
        return type == Types.MIN_KEY ? 1 << 30 : type == Types.MAX_KEY ? 1 << 31 : 1 << type;
    }
}
