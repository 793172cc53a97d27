package dev.onchange.engine.match;

import dev.onchange.engine.bson.Numbers;
import dev.onchange.engine.bson.Order;
import dev.onchange.engine.bson.Raw;
import dev.onchange.engine.bson.Types;
import org.bson.BsonBinaryWriter;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;
import org.jspecify.annotations.Nullable;

/** A value at which a {@link Range} ends, in the server's order. */
public final class Bound implements Comparable<Bound> {

    /** After the length, the type and an empty name. */
    private static final int VALUE_AT = 6;

    /** So many bytes are enough for most. */
    private static final int FEW = 64;

    private static final BsonDocumentCodec CODEC = new BsonDocumentCodec();

    private final BsonValue value;
    private final byte[] bytes;

    private Bound(BsonValue value, byte[] bytes) {
        this.value = value;
        this.bytes = bytes;
    }

    /** Null for a value of a type whose comparison is not that of its type alone: null, documents, arrays, NaN. */
    public static @Nullable Bound of(BsonValue value) {
        return switch (value.getBsonType()) {
            case STRING, OBJECT_ID, BOOLEAN, DATE_TIME, TIMESTAMP -> new Bound(value, bytes(value));
            case INT32, INT64, DOUBLE, DECIMAL128 -> {
                byte[] bytes = bytes(value);
                yield Numbers.isNaN(bytes, type(bytes), VALUE_AT) ? null : new Bound(value, bytes);
            }
            default -> null;
        };
    }

    private static byte[] bytes(BsonValue value) {
        BasicOutputBuffer buffer = new BasicOutputBuffer(FEW);
        try (BsonBinaryWriter writer = new BsonBinaryWriter(buffer)) {
            CODEC.encode(
                    writer,
                    new BsonDocument("", value),
                    EncoderContext.builder().build());
        }
        return buffer.toByteArray();
    }

    public BsonValue value() {
        return value;
    }

    /** Values of one bracket are compared with each other by filters. */
    public int bracket() {
        return Types.bracket(type(bytes));
    }

    /** Something that grows with the value, within its bracket: how far two bounds are from each other. */
    double measure() {
        if (value.isNumber()) {
            return value.asNumber().doubleValue();
        }
        return switch (type(bytes)) {
            case Types.DATE, Types.TIMESTAMP -> Raw.int64(bytes, VALUE_AT);
            case Types.STRING -> leading(VALUE_AT + 4);
            default -> leading(VALUE_AT);
        };
    }

    /** The first bytes as a number. */
    private double leading(int from) {
        double number = 0;
        for (int i = from; i < from + Integer.BYTES; i++) {
            number = number * 256 + (i < bytes.length ? bytes[i] & 0xff : 0);
        }
        return number;
    }

    private static int type(byte[] bytes) {
        return bytes[4];
    }

    @Override
    public int compareTo(Bound other) {
        return compareTo(other.bytes, type(other.bytes), VALUE_AT);
    }

    /** Compares it with a value of an event, of whatever type. */
    public int compareTo(byte[] event, int type, int at) {
        return Order.compare(bytes, type(bytes), VALUE_AT, event, type, at);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Bound bound && compareTo(bound) == 0;
    }

    @Override
    public int hashCode() {
        return bracket();
    }
}
