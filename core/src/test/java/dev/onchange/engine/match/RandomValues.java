package dev.onchange.engine.match;

import java.util.List;
import java.util.Random;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDbPointer;
import org.bson.BsonDecimal128;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonJavaScript;
import org.bson.BsonJavaScriptWithScope;
import org.bson.BsonMaxKey;
import org.bson.BsonMinKey;
import org.bson.BsonNull;
import org.bson.BsonObjectId;
import org.bson.BsonRegularExpression;
import org.bson.BsonString;
import org.bson.BsonSymbol;
import org.bson.BsonTimestamp;
import org.bson.BsonUndefined;
import org.bson.BsonValue;
import org.bson.types.Decimal128;
import org.bson.types.ObjectId;

/** Values of all types out of small pools, so that equal and nearly equal ones meet. */
public final class RandomValues {

    /** The same in each build, which is to tell of what was changed; {@code -Donchange.match.seed} takes another. */
    public static final long SEED = Long.getLong("onchange.match.seed", 1);

    private static final List<String> TEXTS = List.of(
            "", "a", "b", "ab", "abc", "A", "Ab", "a b", "a\n", "\na", "a\nb", "é", "É", "éa", "aé", "ß", "straße",
            "日本", "😀", "\uffee", "k", "K", "K", "0", "1", "a.b", "$a", "x1", "12-34", "foo_bar", "aaa", "\t", "a\0b",
            "a-b-c");
    private static final List<Double> DOUBLES = List.of(
            0.0,
            -0.0,
            1.0,
            -1.0,
            0.1,
            0.2,
            0.3,
            123456.789,
            1e16,
            1.5,
            2.5,
            -2.5,
            5.0,
            1e18,
            9007199254740993.0,
            0x1p63,
            -0x1p63,
            1e300,
            Double.NaN,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            Double.MIN_VALUE,
            4294967296.0);
    private static final List<Long> LONGS = List.of(
            0L, 1L, -1L, 2L, 5L, 9007199254740993L, 9007199254740992L, Long.MAX_VALUE, Long.MIN_VALUE, 4294967296L);
    private static final List<String> DECIMALS = List.of(
            "0",
            "-0",
            "1",
            "1.0",
            "1.00",
            "0.1",
            "1.5",
            "2.5",
            "-2.5",
            "5",
            "NaN",
            "Infinity",
            "-Infinity",
            "1E+30",
            "1E-30",
            "9223372036854775807",
            "9223372036854775808",
            "9007199254740993",
            "0.1000000000000000055511151231257827",
            "-1",
            "1E+6100",
            "1E-6100",
            "1E+300",
            "0E+6111",
            "-0E-6176",
            "9223372036854775807.5",
            "9.999999999999999999999999999999999E+6144");
    static final List<String> NAMES = List.of("a", "b", "c", "0", "1", "");

    private final Random random;

    public RandomValues(Random random) {
        this.random = random;
    }

    <T> T one(List<T> pool) {
        return pool.get(random.nextInt(pool.size()));
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    BsonValue number() {
        return switch (random.nextInt(7)) {
            case 0, 1 -> new BsonInt32(random.nextInt(8) - 2);
            case 2 -> new BsonInt64(one(LONGS));
            case 3 -> new BsonInt64(random.nextInt(6));
            case 4 -> new BsonDouble(one(DOUBLES));
            case 5 -> new BsonDouble(random.nextInt(12) / 2.0);
            default -> new BsonDecimal128(Decimal128.parse(one(DECIMALS)));
        };
    }

    BsonString text() {
        return new BsonString(one(TEXTS));
    }

    /** Any value, documents and arrays down to this depth. */
    public BsonValue value(int depth) {
        return switch (random.nextInt(depth > 0 ? 15 : 9)) {
            case 0, 1, 2 -> number();
            case 3, 4 -> text();
            case 5 -> new BsonNull();
            case 6 -> BsonBoolean.valueOf(random.nextBoolean());
            case 7, 8 -> rare();
            case 9, 10, 11 -> document(depth - 1);
            default -> array(depth - 1);
        };
    }

    private BsonValue rare() {
        int n = random.nextInt(3);
        return switch (random.nextInt(14)) {
            case 0 -> new BsonDateTime(n == 0 ? -5 : n * 1000L);
            case 1 -> new BsonTimestamp(n == 0 ? -1 : n, n);
            case 2 -> new BsonObjectId(new ObjectId("65000000000000000000000" + n));
            case 3 -> new BsonBinary(n == 2 ? (byte) 4 : (byte) 0, new byte[] {(byte) n, (byte) (n * 100)});
            case 4 -> new BsonBinary(new byte[n]);
            case 5 -> new BsonUndefined();
            case 6 -> new BsonSymbol(one(TEXTS));
            case 7 -> new BsonJavaScript(one(TEXTS));
            case 8 -> new BsonJavaScriptWithScope("f", new BsonDocument("a", new BsonInt32(n)));
            case 9 -> new BsonRegularExpression(n == 0 ? "a" : "b", n == 2 ? "i" : "");
            case 10 -> new BsonDbPointer(n == 0 ? "db.c" : "db.d", new ObjectId("65000000000000000000000" + n));
            case 11 -> new BsonMinKey();
            case 12 -> new BsonMaxKey();
            default -> new BsonInt64(n);
        };
    }

    BsonDocument document(int depth) {
        BsonDocument document = new BsonDocument();
        for (int i = random.nextInt(4); i > 0; i--) {
            document.put(one(NAMES), value(depth));
        }
        return document;
    }

    BsonArray array(int depth) {
        BsonArray array = new BsonArray();
        for (int i = random.nextInt(4); i > 0; i--) {
            array.add(value(depth));
        }
        return array;
    }

    /** An event whose documents hold random values. */
    BsonDocument event(int number) {
        BsonDocument event = new BsonDocument("_id", new BsonDocument("_data", new BsonString("82" + number)));
        event.put("operationType", new BsonString(one(List.of("insert", "update", "delete", "replace"))));
        event.put("clusterTime", new BsonTimestamp(1_700_000_000 + number, 1));
        if (chance(85)) {
            BsonDocument full = new BsonDocument("_id", new BsonInt32(number));
            for (String name : NAMES) {
                if (chance(60)) {
                    full.put(name, value(3));
                }
            }
            event.put("fullDocument", full);
        }
        event.put(
                "ns",
                new BsonDocument("db", new BsonString("shop")).append("coll", new BsonString(one(List.of("a", "b")))));
        event.put("documentKey", new BsonDocument("_id", new BsonInt32(number)));
        if (chance(40)) {
            BsonDocument fields = document(2);
            if (chance(50)) {
                fields.put("a.b", value(1));
            }
            event.put(
                    "updateDescription",
                    new BsonDocument("updatedFields", fields).append("removedFields", new BsonArray(List.of(text()))));
        }
        return event;
    }
}
