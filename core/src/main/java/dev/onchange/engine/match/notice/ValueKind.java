package dev.onchange.engine.match.notice;

import java.util.Arrays;
import java.util.Set;
import org.bson.BsonValue;

/** A kind of values that equal and compare with none of another kind, but for whole numbers, which are numbers. */
public enum ValueKind {
    WHOLE_NUMBER(
            "a whole number",
            Set.of(
                    "byte",
                    "short",
                    "int",
                    "long",
                    "java.lang.Byte",
                    "java.lang.Short",
                    "java.lang.Integer",
                    "java.lang.Long",
                    "java.util.concurrent.atomic.AtomicInteger",
                    "java.util.concurrent.atomic.AtomicLong")),
    NUMBER(
            "a number",
            Set.of(
                    "float",
                    "double",
                    "java.lang.Float",
                    "java.lang.Double",
                    "java.math.BigDecimal",
                    "org.bson.types.Decimal128")),
    STRING("a string", Set.of("char", "java.lang.Character", "java.lang.String")),
    BOOLEAN("a boolean", Set.of("boolean", "java.lang.Boolean", "java.util.concurrent.atomic.AtomicBoolean")),
    DATE("a date", Set.of("java.util.Date", "java.time.Instant", "java.time.LocalDate", "java.time.LocalDateTime")),
    TIMESTAMP("a timestamp", Set.of("org.bson.BsonTimestamp")),
    OBJECT_ID("an ObjectId", Set.of("org.bson.types.ObjectId")),
    BINARY("binary data", Set.of("java.util.UUID", "org.bson.types.Binary")),
    DOCUMENT("a document", Set.of()),
    /** Not known, or one of which nothing is said. */
    ANY("any value", Set.of());

    private final String text;

    @SuppressWarnings("ImmutableEnumChecker") // it is one of Set.of
    private final Set<String> types;

    ValueKind(String text, Set<String> types) {
        this.text = text;
        this.types = types;
    }

    /** The kind that the driver's codecs make of a type by default. */
    public static ValueKind ofType(String name) {
        return Arrays.stream(values())
                .filter(kind -> kind.types.contains(name))
                .findFirst()
                .orElse(ANY);
    }

    static ValueKind of(BsonValue value) {
        return switch (value.getBsonType()) {
            case INT32, INT64, DOUBLE, DECIMAL128 -> NUMBER;
            // A pattern is met by strings alone.
            case STRING, REGULAR_EXPRESSION -> STRING;
            case BOOLEAN -> BOOLEAN;
            case DATE_TIME -> DATE;
            case TIMESTAMP -> TIMESTAMP;
            case BINARY -> BINARY;
            case OBJECT_ID -> OBJECT_ID;
            case DOCUMENT -> DOCUMENT;
            default -> ANY;
        };
    }

    /** Whether no value of this kind equals the value, or can be compared with it. */
    boolean excludes(BsonValue value) {
        ValueKind own = this == WHOLE_NUMBER ? NUMBER : this;
        ValueKind other = of(value);
        return own != ANY && other != ANY && own != other;
    }

    /** Whether no value of this kind equals the value, though it may be less or greater. */
    boolean isNeverEqual(BsonValue value) {
        return this == WHOLE_NUMBER && of(value) == NUMBER && hasFraction(value);
    }

    private static boolean hasFraction(BsonValue number) {
        double value = number.isDecimal128()
                ? number.asDecimal128().getValue().doubleValue()
                : number.asNumber().doubleValue();
        return value != Math.rint(value);
    }

    /** For messages, with its article. */
    @Override
    public String toString() {
        return text;
    }
}
