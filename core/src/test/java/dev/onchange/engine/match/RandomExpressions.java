package dev.onchange.engine.match;

import java.util.ArrayList;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonNull;
import org.bson.BsonString;
import org.bson.BsonValue;

/** Expressions over {@link RandomValues#event}; some fail on some events, a few are not valid. */
final class RandomExpressions {

    private static final List<String> PATHS = List.of(
            "$fullDocument.a",
            "$fullDocument.b",
            "$fullDocument.c",
            "$fullDocument.a.b",
            "$fullDocument.a.a",
            "$fullDocument.0",
            "$fullDocument.b.0",
            "$fullDocument.a.b.c",
            "$operationType",
            "$ns",
            "$ns.coll",
            "$missing",
            "$$ROOT.fullDocument.a",
            "$$CURRENT.fullDocument.b",
            "$$REMOVE",
            "$fullDocument._id",
            "$fullDocument.a.$id",
            "$fullDocument.b.$ref",
            "$updateDescription.updatedFields",
            "$clusterTime",
            "$fullDocument.a.$b",
            "$fullDocument..a",
            "$$nope",
            "$");
    private static final List<String> TWO = List.of(
            "$eq",
            "$ne",
            "$gt",
            "$gte",
            "$lt",
            "$lte",
            "$cmp",
            "$eq",
            "$lt",
            "$subtract",
            "$divide",
            "$mod",
            "$in",
            "$arrayElemAt",
            "$setIsSubset",
            "$setDifference",
            "$strcasecmp");
    private static final List<String> ONE = List.of(
            "$not",
            "$size",
            "$type",
            "$isArray",
            "$isNumber",
            "$abs",
            "$ceil",
            "$floor",
            "$toLower",
            "$toUpper",
            "$strLenCP",
            "$strLenBytes",
            "$anyElementTrue",
            "$allElementsTrue",
            "$first",
            "$last",
            "$objectToArray",
            "$toBool",
            "$toInt",
            "$toLong",
            "$mergeObjects",
            "$literal");
    private static final List<String> MANY = List.of(
            "$and",
            "$or",
            "$and",
            "$or",
            "$add",
            "$multiply",
            "$concat",
            "$concatArrays",
            "$setUnion",
            "$setIntersection",
            "$setEquals",
            "$max",
            "$min",
            "$ifNull",
            "$mergeObjects");

    private final RandomValues values;

    RandomExpressions(RandomValues values) {
        this.values = values;
    }

    BsonDocument filter() {
        BsonDocument filter = new BsonDocument("$expr", condition(3));
        return switch (values.below(8)) {
            case 0 -> filter.append("operationType", new BsonString("insert"));
            case 1 -> new BsonDocument("operationType", new BsonString("insert")).append("$expr", filter.get("$expr"));
            case 2 ->
                new BsonDocument(
                        "$or", new BsonArray(List.of(filter, new BsonDocument("ns.coll", new BsonString("a")))));
            case 3 ->
                new BsonDocument(
                        "$nor", new BsonArray(List.of(new BsonDocument("ns.coll", new BsonString("a")), filter)));
            default -> filter;
        };
    }

    /** An expression that often depends on the event. */
    private BsonValue condition(int depth) {
        int n = values.below(10);
        if (n < 5) {
            return operator(values.one(TWO.subList(0, 9)), 2, depth);
        }
        return n < 7 ? operator(values.one(MANY.subList(0, 4)), 1 + values.below(3), depth) : expression(depth);
    }

    private BsonValue expression(int depth) {
        int n = values.below(depth > 0 ? 20 : 6);
        if (n < 3) {
            return new BsonString(values.one(values.chance(96) ? PATHS.subList(0, PATHS.size() - 4) : PATHS));
        }
        if (n < 6) {
            return values.chance(60) ? values.number() : values.value(1);
        }
        return switch (n) {
            case 6, 7, 8 -> operator(values.one(TWO), 2, depth);
            case 9, 10, 11 -> operator(values.one(ONE), 1, depth);
            case 12, 13, 14 -> operator(values.one(MANY), values.below(4) + (values.chance(90) ? 1 : 0), depth);
            case 15 -> operator("$cond", 3, depth);
            case 16 ->
                new BsonDocument("x", expression(depth - 1))
                        .append(values.one(List.of("y", "y", "$id", "$db", "$y")), expression(depth - 1));
            case 17 -> array(values.below(3), depth);
            default -> special(depth);
        };
    }

    private BsonDocument operator(String name, int count, int depth) {
        if (count == 1 && values.chance(60)) {
            return new BsonDocument(name, expression(depth - 1));
        }
        return new BsonDocument(name, array(values.chance(98) ? count : count + 1, depth));
    }

    private BsonArray array(int count, int depth) {
        List<BsonValue> elements = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            elements.add(expression(depth - 1));
        }
        return new BsonArray(elements);
    }

    private BsonDocument special(int depth) {
        return switch (values.below(8)) {
            case 0 ->
                new BsonDocument(
                        "$cond",
                        new BsonDocument("if", condition(depth - 1))
                                .append("then", expression(depth - 1))
                                .append("else", expression(depth - 1)));
            case 1 ->
                new BsonDocument(
                        "$let",
                        new BsonDocument("vars", new BsonDocument("v", expression(depth - 1)))
                                .append("in", operator("$eq", "$$v", depth)));
            case 2 ->
                new BsonDocument(
                        "$map",
                        new BsonDocument("input", expression(depth - 1))
                                .append("in", operator("$add", "$$this", depth)));
            case 3 ->
                new BsonDocument(
                        "$filter",
                        new BsonDocument("input", expression(depth - 1))
                                .append("as", new BsonString("e"))
                                .append("cond", operator("$gt", "$$e", depth)));
            case 4 ->
                new BsonDocument(
                        "$reduce",
                        new BsonDocument("input", expression(depth - 1))
                                .append("initialValue", new BsonInt32(1))
                                .append(
                                        "in",
                                        new BsonDocument(
                                                "$add",
                                                new BsonArray(List.of(
                                                        new BsonString("$$value"), new BsonString("$$this"))))));
            case 5 ->
                new BsonDocument(
                        "$getField",
                        new BsonDocument("field", new BsonString("a.b"))
                                .append("input", new BsonString("$updateDescription.updatedFields")));
            case 6 -> {
                BsonDocument branch =
                        new BsonDocument("case", condition(depth - 1)).append("then", expression(depth - 1));
                BsonDocument choice = new BsonDocument("branches", new BsonArray(List.of(branch)));
                yield new BsonDocument(
                        "$switch", values.chance(70) ? choice.append("default", expression(depth - 1)) : choice);
            }
            default ->
                new BsonDocument(
                        "$regexMatch",
                        new BsonDocument("input", expression(depth - 1))
                                .append("regex", values.chance(90) ? new BsonString("^a") : new BsonNull())
                                .append("options", new BsonString("i")));
        };
    }

    private BsonDocument operator(String name, String variable, int depth) {
        return new BsonDocument(
                name,
                new BsonArray(List.of(
                        new BsonString(variable), values.chance(90) ? expression(depth - 1) : BsonBoolean.TRUE)));
    }
}
