package dev.onchange.match;

import java.util.Map;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/** Writes filters anew: weaker ones, and equivalent ones that every server takes. */
final class Rewrite {

    private Rewrite() {}

    /** A filter that matches whatever this one matches, does not read the field, cannot fail, and needs no server. */
    static BsonDocument without(String field, BsonDocument filter) {
        BsonArray kept = new BsonArray();
        for (Map.Entry<String, BsonValue> part : filter.entrySet()) {
            BsonDocument weaker = switch (part.getKey()) {
                case "$and", "$or", "$nor" ->
                    branchesWithout(field, part.getKey(), part.getValue().asArray());
                default -> new BsonDocument(part.getKey(), part.getValue());
            };
            if (!weaker.isEmpty() && isKnownWithout(field, weaker)) {
                kept.add(weaker);
            }
        }
        return kept.isEmpty() ? new BsonDocument() : new BsonDocument("$and", kept);
    }

    private static BsonDocument branchesWithout(String field, String operator, BsonArray branches) {
        BsonArray weaker = new BsonArray();
        for (BsonValue branch : branches) {
            if (operator.equals("$nor")) {
                if (isKnownWithout(field, branch.asDocument())) {
                    weaker.add(branch);
                }
                continue;
            }
            BsonDocument rest = without(field, branch.asDocument());
            if (!rest.isEmpty()) {
                weaker.add(rest);
            } else if (operator.equals("$or")) {
                return new BsonDocument();
            }
        }
        return weaker.isEmpty() ? new BsonDocument() : new BsonDocument(operator, weaker);
    }

    private static boolean isKnownWithout(String field, BsonDocument filter) {
        Match match = Match.parse(filter);
        return match.inProcess() && !match.canFail() && !match.reads(field);
    }

    /** The same filter without a {@code $nor} of several branches, for which 6.0.5 sometimes refuses to open a stream (code 2). */
    static BsonDocument forStream(BsonDocument filter) {
        BsonArray parts = new BsonArray();
        boolean changed = false;
        for (Map.Entry<String, BsonValue> part : filter.entrySet()) {
            BsonValue value = part.getValue();
            switch (part.getKey()) {
                case "$nor" -> {
                    value.asArray().forEach(branch -> parts.add(nor(branch)));
                    changed = true;
                }
                case "$and", "$or" -> {
                    BsonArray branches = new BsonArray();
                    value.asArray().forEach(branch -> branches.add(forStream(branch.asDocument())));
                    parts.add(new BsonDocument(part.getKey(), branches));
                    changed = changed || !branches.equals(value);
                }
                default -> parts.add(new BsonDocument(part.getKey(), value));
            }
        }
        return changed ? new BsonDocument("$and", parts) : filter;
    }

    private static BsonDocument nor(BsonValue branch) {
        BsonArray one = new BsonArray();
        one.add(forStream(branch.asDocument()));
        return new BsonDocument("$nor", one);
    }
}
