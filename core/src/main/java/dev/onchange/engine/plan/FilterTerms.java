package dev.onchange.engine.plan;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/** Puts conditions together so that the same ones always look the same. */
final class FilterTerms {

    private FilterTerms() {}

    /** Equality with the one value, or {@code $in} of several, sorted. */
    static BsonValue oneOf(Collection<String> values) {
        BsonArray sorted = strings(values);
        return sorted.size() == 1 ? sorted.get(0) : new BsonDocument("$in", sorted);
    }

    /** Values in an order that does not depend on how they were found. */
    static BsonArray sorted(Collection<BsonValue> values) {
        Map<String, BsonValue> byText = new TreeMap<>();
        values.forEach(value -> byText.put(new BsonDocument("", value).toJson(), value));
        return new BsonArray(List.copyOf(byText.values()));
    }

    static BsonArray strings(Collection<String> values) {
        return new BsonArray(new TreeSet<>(values).stream().map(BsonString::new).toList());
    }

    static BsonDocument operations(Collection<String> names) {
        return new BsonDocument("operationType", oneOf(names));
    }

    /** Empty conditions are always true, and left out. */
    static BsonDocument and(List<BsonDocument> conditions) {
        List<BsonDocument> some =
                conditions.stream().filter(condition -> !condition.isEmpty()).toList();
        return switch (some.size()) {
            case 0 -> new BsonDocument();
            case 1 -> some.get(0);
            default -> new BsonDocument("$and", new BsonArray(some));
        };
    }

    /** @param branches at least one, none of them empty */
    static BsonDocument or(List<BsonDocument> branches) {
        return branches.size() == 1 ? branches.get(0) : new BsonDocument("$or", new BsonArray(branches));
    }
}
