package dev.onchange.engine.match.notice;

import dev.onchange.engine.match.Match;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/**
 * Two conditions of one field that no single value meets. Of a field that has an array both may be met, each by another
 * element.
 *
 * @param path the field's
 * @param lower what the value must be from above, as {@code $gt: 5}
 * @param upper what it must be from below, as {@code $lt: 3}
 */
record ContradictoryBounds(String path, String lower, String upper) {

    private static final BsonDocumentCodec CODEC = new BsonDocumentCodec();
    private static final Set<String> LOWER = Set.of("$eq", "$gt", "$gte");
    private static final Set<String> UPPER = Set.of("$eq", "$lt", "$lte");
    private static final Set<String> EXCLUSIVE = Set.of("$gt", "$lt");

    /** Numbers and dates: how texts compare depends on the collation. */
    private static final Set<ValueKind> ORDERED = Set.of(ValueKind.NUMBER, ValueKind.DATE);

    private record Bound(String operator, BsonValue value) {

        @Override
        public String toString() {
            String json = new BsonDocument("v", value).toJson();
            return operator + json.substring(json.indexOf(':'), json.length() - 1);
        }
    }

    /** At most one of each field, in a filter or in a branch of it. */
    static List<ContradictoryBounds> of(BsonDocument filter) {
        List<ContradictoryBounds> found = new ArrayList<>();
        addOfBranch(filter, found);
        return found;
    }

    private static void addOfBranch(BsonDocument branch, List<ContradictoryBounds> found) {
        Map<String, List<Bound>> bounds = new LinkedHashMap<>();
        collect(branch, bounds, found);
        bounds.forEach((path, ofPath) -> ofPath.stream()
                .filter(bound -> LOWER.contains(bound.operator()))
                .flatMap(lower -> ofPath.stream()
                        .filter(upper -> UPPER.contains(upper.operator()) && contradict(lower, upper))
                        .map(upper -> new ContradictoryBounds(path, lower.toString(), upper.toString())))
                .findFirst()
                .ifPresent(found::add));
    }

    private static void collect(BsonDocument branch, Map<String, List<Bound>> bounds, List<ContradictoryBounds> found) {
        branch.forEach((key, value) -> {
            if (key.equals("$and")) {
                value.asArray().forEach(each -> collect(each.asDocument(), bounds, found));
            } else if (key.equals("$or")) {
                value.asArray().forEach(each -> addOfBranch(each.asDocument(), found));
            }
        });
        TestedValue.ofFields(branch).stream()
                .filter(tested -> tested.values().size() == 1)
                .forEach(tested -> bounds.computeIfAbsent(tested.path(), any -> new ArrayList<>())
                        .add(new Bound(tested.operator(), tested.values().get(0))));
    }

    private static boolean contradict(Bound lower, Bound upper) {
        ValueKind kind = ValueKind.of(lower.value());
        if (!ORDERED.contains(kind) || kind != ValueKind.of(upper.value())) {
            return false;
        }
        boolean mayBeEqual = !EXCLUSIVE.contains(lower.operator()) && !EXCLUSIVE.contains(upper.operator());
        return !holds(lower.value(), "$lt", upper.value())
                && !(mayBeEqual && holds(lower.value(), "$eq", upper.value()))
                && !isNaN(lower.value())
                && !isNaN(upper.value());
    }

    private static boolean holds(BsonValue value, String operator, BsonValue operand) {
        return Match.parse(new BsonDocument("v", new BsonDocument(operator, operand)))
                .matches(new RawBsonDocument(new BsonDocument("v", value), CODEC));
    }

    private static boolean isNaN(BsonValue value) {
        return value.isDouble() && Double.isNaN(value.asDouble().getValue());
    }
}
