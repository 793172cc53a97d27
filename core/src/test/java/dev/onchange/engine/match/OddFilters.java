package dev.onchange.engine.match;

import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonNull;
import org.bson.BsonRegularExpression;
import org.bson.BsonString;
import org.bson.BsonValue;

/** Filters that few people write, over {@link RandomValues#event}: odd operands, paths, places and shapes. Most are not valid. */
final class OddFilters {

    private static final List<String> OF_FIELDS = List.of(
            "$eq $ne $gt $gte $lt $lte $in $nin $not $exists $type $size $all $elemMatch $mod $regex $options $bitsAllSet"
                    .split(" "));
    private static final List<String> OF_DOCUMENTS = List.of(
            "$and $or $nor $comment $alwaysTrue $alwaysFalse $sampleRate $ref $id $db $text $eq $foo $expr".split(" "));
    private static final List<String> KEYWORDS = List.of(
            ("type bsonType required properties patternProperties additionalProperties items additionalItems minimum"
                            + " exclusiveMinimum multipleOf minLength maxItems uniqueItems enum pattern allOf not"
                            + " dependencies title encrypt format")
                    .split(" "));
    private static final List<String> NAMED = List.of(
            ("convert dateAdd dateDiff dateFromParts dateFromString dateToParts dateToString dateTrunc regexFind"
                            + " replaceOne trim setField unsetField zip year hour maxN let map filter reduce switch cond"
                            + " getField regexMatch")
                    .split(" "));
    private static final List<String> ARGUMENTS = List.of(
            ("input input input to onNull startDate endDate unit amount date date timezone year dateString format find"
                            + " replacement chars field field value inputs n vars in in as cond initialValue branches"
                            + " default if then else regex options")
                    .split(" "));
    private static final List<String> STEPS =
            List.of("", "a", "b", "0", "00", "01", "-1", "$a", "$id", "99999999999", " ", "é", "_id");
    private static final List<String> TYPES = List.of("string", "number", "int", "object", "bool", "boolean", "nope");

    private final RandomValues values;
    private final RandomFilters filters;

    OddFilters(RandomValues values) {
        this.values = values;
        this.filters = new RandomFilters(values);
    }

    BsonDocument filter() {
        BsonDocument odd = values.chance(80) ? part() : new BsonDocument("fullDocument.a", elements());
        return switch (values.below(6)) {
            case 0 -> new BsonDocument("$or", new BsonArray(List.of(odd, new BsonDocument("a", new BsonInt32(1)))));
            case 1 -> new BsonDocument("$nor", new BsonArray(List.of(odd)));
            default -> odd;
        };
    }

    private BsonDocument part() {
        return switch (values.below(7)) {
            case 0, 1 -> new BsonDocument("fullDocument.a", several());
            case 2 -> new BsonDocument(values.one(OF_DOCUMENTS), operand());
            case 3 -> new BsonDocument(path(), values.chance(50) ? several() : values.value(2));
            case 4 -> new BsonDocument("$jsonSchema", schema(2));
            case 5 -> new BsonDocument("fullDocument.b", shape());
            default -> new BsonDocument("$expr", named());
        };
    }

    private BsonDocument elements() {
        return new BsonDocument("$elemMatch", values.chance(50) ? part() : filters.filter(1));
    }

    private BsonDocument several() {
        BsonDocument operators = new BsonDocument();
        for (int i = values.chance(70) ? 1 : 2; i > 0; i--) {
            operators.put(values.one(OF_FIELDS), operand());
        }
        return operators;
    }

    private BsonValue operand() {
        return switch (values.below(10)) {
            case 0 -> values.number();
            case 1 -> new BsonArray(List.of(values.number(), values.number()));
            case 2 -> new BsonRegularExpression("^a", values.one(List.of("", "i", "x", "g")));
            case 3 -> new BsonDocument(values.one(OF_FIELDS), values.value(1));
            case 4 -> new BsonDocument("$ref", new BsonString("a")).append("$id", values.value(1));
            case 5 -> new BsonArray(List.of(new BsonDocument(values.one(OF_FIELDS), values.value(1)), values.value(1)));
            case 6 -> new BsonArray(List.of(filters.filter(0)));
            default -> values.value(2);
        };
    }

    private String path() {
        StringBuilder path = new StringBuilder("fullDocument");
        for (int i = 1 + values.below(3); i > 0; i--) {
            path.append('.').append(values.one(STEPS));
        }
        return path.toString();
    }

    private BsonValue schema(int depth) {
        BsonDocument schema = new BsonDocument();
        for (int i = 1 + values.below(2); i > 0; i--) {
            schema.put(values.one(KEYWORDS), keyword(depth));
        }
        return schema;
    }

    private BsonValue keyword(int depth) {
        return switch (values.below(depth > 0 ? 9 : 6)) {
            case 0 -> values.number();
            case 1 -> new BsonString(values.one(TYPES));
            case 2 -> new BsonArray(List.of(new BsonString(values.one(TYPES)), new BsonString(values.one(TYPES))));
            case 3 -> BsonBoolean.TRUE;
            case 4 -> values.value(1);
            case 5 -> new BsonArray(List.of(values.document(1), values.document(1)));
            case 6 -> schema(depth - 1);
            case 7 -> new BsonArray(List.of(schema(depth - 1)));
            default -> new BsonDocument("a", schema(depth - 1));
        };
    }

    private BsonDocument shape() {
        BsonDocument operator = new BsonDocument(
                values.one(List.of("$geoWithin", "$geoIntersects")),
                new BsonDocument(
                        values.one(List.of("$box", "$center", "$centerSphere", "$polygon", "$geometry")),
                        values.chance(40) ? geoJson() : points(2)));
        return values.chance(90) ? operator : operator.append("$exists", BsonBoolean.TRUE);
    }

    private BsonDocument geoJson() {
        String type = values.one(List.of("Point", "LineString", "Polygon", "MultiPoint", "polygon"));
        return new BsonDocument("type", new BsonString(type))
                .append("coordinates", values.chance(60) ? new BsonArray(List.of(points(4))) : points(2));
    }

    private BsonArray points(int least) {
        BsonArray points = new BsonArray();
        for (int i = least + values.below(2); i > 0; i--) {
            points.add(new BsonArray(List.of(new BsonInt32(values.below(4)), new BsonInt64(values.below(100)))));
        }
        return values.chance(80) ? points : new BsonArray(List.of(points.get(0), values.number()));
    }

    private BsonDocument named() {
        BsonDocument arguments = new BsonDocument();
        for (int i = values.below(5); i > 0; i--) {
            arguments.put(
                    values.one(ARGUMENTS),
                    values.chance(80) ? new BsonString(values.one(List.of("$a", "$b.c", "$$this"))) : new BsonNull());
        }
        return new BsonDocument("$" + values.one(NAMED), arguments);
    }
}
