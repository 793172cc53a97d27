package dev.onchange.engine.match;

import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonRegularExpression;
import org.bson.BsonString;
import org.bson.BsonUndefined;
import org.bson.BsonValue;

/** Filters of every kind over {@link RandomValues#event}; a few of them are not valid. */
final class RandomFilters {

    private static final List<String> ROOTS = List.of(
            "fullDocument",
            "fullDocument",
            "fullDocument",
            "fullDocument",
            "fullDocument",
            "updateDescription.updatedFields",
            "ns",
            "operationType",
            "documentKey",
            "missing");
    private static final List<String> STEPS = List.of("a", "b", "c", "0", "1", "00", "", "a.b", "db", "_id");
    private static final List<String> TYPES = List.of(
            "double",
            "string",
            "object",
            "array",
            "binData",
            "undefined",
            "objectId",
            "bool",
            "date",
            "null",
            "regex",
            "dbPointer",
            "javascript",
            "symbol",
            "javascriptWithScope",
            "int",
            "timestamp",
            "long",
            "decimal",
            "minKey",
            "maxKey",
            "number",
            "strin");

    private final RandomValues values;

    RandomFilters(RandomValues values) {
        this.values = values;
    }

    BsonDocument filter(int depth) {
        BsonDocument filter = new BsonDocument();
        for (int i = values.chance(70) ? 1 : 2; i > 0; i--) {
            if (depth > 0 && values.chance(35)) {
                BsonArray branches = new BsonArray();
                for (int n = 1 + values.below(3); n > 0; n--) {
                    branches.add(filter(depth - 1));
                }
                filter.put(values.one(List.of("$and", "$or", "$nor")), branches);
            } else {
                filter.put(path(), condition(2));
            }
        }
        return filter;
    }

    private String path() {
        StringBuilder path = new StringBuilder(values.one(ROOTS));
        for (int i = values.below(4); i > 0; i--) {
            path.append('.').append(values.one(STEPS));
        }
        return path.toString();
    }

    private BsonValue condition(int depth) {
        return values.chance(15) ? values.value(2) : operators(depth);
    }

    private BsonDocument operators(int depth) {
        BsonDocument operators = new BsonDocument();
        for (int i = values.chance(75) ? 1 : 2; i > 0; i--) {
            operator(operators, depth);
        }
        return operators;
    }

    private void operator(BsonDocument operators, int depth) {
        switch (values.below(depth > 0 ? 20 : 15)) {
            case 0, 1 -> operators.put(values.one(List.of("$eq", "$ne")), values.value(2));
            case 2, 3, 4, 5 -> operators.put(values.one(List.of("$lt", "$lte", "$gt", "$gte")), values.value(2));
            case 6, 7 -> operators.put(values.one(List.of("$in", "$nin")), values.array(2));
            case 8 -> operators.put("$exists", values.chance(50) ? BsonBoolean.TRUE : values.value(1));
            case 9 -> operators.put("$type", values.chance(80) ? new BsonString(values.one(TYPES)) : types());
            case 10 -> operators.put("$size", values.chance(80) ? new BsonInt32(values.below(4)) : values.number());
            case 11 -> operators.put("$all", values.array(2));
            case 12 -> operators.put("$mod", new BsonArray(List.of(values.number(), values.number())));
            case 13 -> operators.put(bits(), mask());
            case 14 -> regex(operators);
            case 15, 16 -> operators.put("$not", values.chance(90) ? operators(depth - 1) : values.value(1));
            case 17, 18 -> operators.put("$elemMatch", values.chance(60) ? operators(depth - 1) : nested(depth - 1));
            default ->
                operators.put("$all", new BsonArray(List.of(new BsonDocument("$elemMatch", operators(depth - 1)))));
        }
    }

    private BsonArray types() {
        BsonArray types = new BsonArray();
        for (int i = values.below(3); i > 0; i--) {
            types.add(values.chance(50) ? values.number() : new BsonString(values.one(TYPES)));
        }
        return types;
    }

    private String bits() {
        return values.one(List.of("$bitsAllSet", "$bitsAnySet", "$bitsAllClear", "$bitsAnyClear"));
    }

    private BsonValue mask() {
        return switch (values.below(4)) {
            case 0 -> new BsonInt32(values.below(8));
            case 1 -> values.number();
            case 2 -> new BsonBinary(new byte[] {(byte) values.below(128), (byte) values.below(3)});
            default -> {
                BsonArray positions = new BsonArray();
                for (int i = values.below(3); i > 0; i--) {
                    positions.add(values.chance(80) ? new BsonInt32(values.below(70)) : values.number());
                }
                yield positions;
            }
        };
    }

    private void regex(BsonDocument operators) {
        if (values.chance(50)) {
            operators.put("$regex", values.text());
        } else {
            operators.put("$regex", new BsonRegularExpression(values.one(List.of("^a", "b$", "a", "^$", "é")), ""));
        }
        if (values.chance(40)) {
            operators.put("$options", new BsonString(values.one(List.of("", "i", "m", "si", "x", "g"))));
        }
    }

    private BsonDocument nested(int depth) {
        BsonDocument filter = new BsonDocument();
        for (int i = values.below(3); i > 0; i--) {
            filter.put(values.one(RandomValues.NAMES), values.chance(20) ? new BsonUndefined() : condition(depth));
        }
        return values.chance(80)
                ? filter
                : new BsonDocument("$or", new BsonArray(List.of(filter, new BsonDocument("a", values.value(1)))));
    }
}
