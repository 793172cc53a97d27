package dev.onchange.engine.match;

import dev.onchange.engine.bson.Numbers;
import dev.onchange.engine.bson.Types;
import dev.onchange.engine.bson.Wholes;
import java.util.OptionalLong;

/** {@code $mod}: the remainder of a number, rounded toward zero, with the sign of the number. */
final class Mod implements ValueTest {

    private final long divisor;
    private final long remainder;

    Mod(long divisor, long remainder) {
        this.divisor = divisor;
        this.remainder = remainder;
    }

    @Override
    public boolean test(byte[] bytes, int type, int at) {
        if (type == Types.INT || type == Types.LONG) {
            return Numbers.integer(bytes, type, at) % divisor == remainder;
        }
        if (!Types.isNumber(type)) {
            return false;
        }
        OptionalLong whole = Wholes.truncated(bytes, type, at);
        return whole.isPresent() && whole.getAsLong() % divisor == remainder;
    }
}
