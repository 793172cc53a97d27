package dev.onchange.engine.match.expr;

import dev.onchange.engine.bson.Numbers;
import dev.onchange.engine.bson.Order;
import dev.onchange.engine.bson.Raw;
import dev.onchange.engine.bson.TypeNames;
import dev.onchange.engine.bson.Types;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A value of an expression: part of the event or of the filter, or computed. A field that is not there is a value, too.
 *
 * @param bytes holds the value; never changed
 * @param type BSON type, or 0 for nothing
 * @param at position of the value
 */
@SuppressWarnings("ArrayRecordComponent") // shared by the values of an event, and never compared
record Value(byte[] bytes, int type, int at) {

    private static final byte[] NONE = new byte[0];

    static final Value MISSING = new Value(NONE, Types.MISSING, 0);
    static final Value NULL = new Value(NONE, Types.NULL, 0);
    static final Value TRUE = new Value(new byte[] {1}, Types.BOOL, 0);
    static final Value FALSE = new Value(new byte[] {0}, Types.BOOL, 0);

    static Value of(boolean value) {
        return value ? TRUE : FALSE;
    }

    static Value of(int value) {
        return new Value(buffer(4).putInt(value).array(), Types.INT, 0);
    }

    static Value of(long value) {
        return new Value(buffer(8).putLong(value).array(), Types.LONG, 0);
    }

    static Value of(double value) {
        return new Value(buffer(8).putDouble(value).array(), Types.DOUBLE, 0);
    }

    static Value date(long milliseconds) {
        return new Value(buffer(8).putLong(milliseconds).array(), Types.DATE, 0);
    }

    static Value of(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        byte[] bytes = buffer(utf8.length + 5)
                .putInt(utf8.length + 1)
                .put(utf8)
                .put((byte) 0)
                .array();
        return new Value(bytes, Types.STRING, 0);
    }

    /** An int if the value fits into one. */
    static Value intOrLong(long value) {
        return value == (int) value ? of((int) value) : of(value);
    }

    static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    boolean is(int wanted) {
        return type == wanted;
    }

    boolean isNumber() {
        return Types.isNumber(type);
    }

    /** Null, undefined, or nothing. */
    boolean isNullish() {
        return Types.isNullish(type);
    }

    /** False for false, nullish values, and zero of any type. */
    boolean isTrue() {
        return switch (type) {
            case Types.BOOL -> bytes[at] != 0;
            case Types.NULL, Types.UNDEFINED, Types.MISSING -> false;
            case Types.INT, Types.LONG -> whole() != 0;
            case Types.DOUBLE -> Raw.float64(bytes, at) != 0;
            case Types.DECIMAL -> !Decimal.of(this).isZero();
            default -> true;
        };
    }

    int compare(Value other) {
        return Integer.signum(Order.compare(bytes, type, at, other.bytes, other.type, other.at));
    }

    /** The value of an int, a long, or a date. */
    long whole() {
        return type == Types.DATE ? Raw.int64(bytes, at) : Numbers.integer(bytes, type, at);
    }

    /** The text of a string, symbol or code. */
    String text() {
        return Raw.text(bytes, at);
    }

    /** The elements of an array. */
    List<Value> elements() {
        List<Value> elements = new ArrayList<>();
        int element = Raw.first(at);
        while (bytes[element] != 0) {
            int value = Raw.value(bytes, element);
            elements.add(new Value(bytes, bytes[element], value));
            element = Raw.next(bytes, bytes[element], value);
        }
        return elements;
    }

    /** A field of a document; nothing if it has none of that name. */
    Value field(byte[] name) {
        int element = Raw.find(bytes, at, name);
        return element < 0 ? MISSING : new Value(bytes, bytes[element], element + name.length + 2);
    }

    /** What the server calls its type. */
    String typeName() {
        return Objects.requireNonNullElse(TypeNames.name(type), "missing");
    }
}
