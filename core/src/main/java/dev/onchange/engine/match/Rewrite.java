package dev.onchange.engine.match;

import dev.onchange.engine.bson.RawBytes;
import dev.onchange.engine.match.syntax.Element;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;

/** Writes filters anew: weaker ones, and equivalent ones that every server takes. Fields of one name all keep their conditions. */
final class Rewrite {

    private Rewrite() {}

    /** A filter that matches whatever this one matches, does not read the field, cannot fail, and needs no server. */
    static BsonDocument without(String field, RawBsonDocument filter) {
        return without(field, Element.root(RawBytes.array(filter)));
    }

    private static BsonDocument without(String field, Element filter) {
        List<BsonDocument> kept = new ArrayList<>();
        for (Element part : filter.elements()) {
            BsonDocument weaker = switch (part.name()) {
                case "$and", "$or", "$nor" -> branchesWithout(field, part);
                default -> part.alone();
            };
            if (!weaker.isEmpty() && isKnownWithout(field, weaker)) {
                kept.add(weaker);
            }
        }
        return all(kept);
    }

    private static BsonDocument branchesWithout(String field, Element operator) {
        List<BsonDocument> weaker = new ArrayList<>();
        for (Element branch : operator.elements()) {
            if (operator.name().equals("$nor")) {
                if (isKnownWithout(field, branch.document())) {
                    weaker.add(branch.document());
                }
                continue;
            }
            BsonDocument rest = without(field, branch);
            if (!rest.isEmpty()) {
                weaker.add(rest);
            } else if (operator.name().equals("$or")) {
                return new BsonDocument();
            }
        }
        return operator(operator.name(), weaker);
    }

    private static boolean isKnownWithout(String field, BsonDocument filter) {
        Match match = Match.parse(filter);
        return match.inProcess() && !match.canFail() && !match.reads(field);
    }

    /** The same filter without a {@code $nor} of several branches, for which 6.0.5 sometimes refuses to open a stream (code 2). */
    static BsonDocument forStream(RawBsonDocument filter) {
        return PlainFilter.is(RawBytes.array(filter)) ? filter : ofParts(filter);
    }

    /** The same, with a look at each part. */
    static BsonDocument ofParts(RawBsonDocument filter) {
        Element whole = Element.root(RawBytes.array(filter));
        BsonDocument rewritten = hasNor(whole) ? forStream(whole) : filter;
        return FilterBounds.isTooDeep(rewritten) ? filter : rewritten;
    }

    private static boolean hasNor(Element filter) {
        return filter.elements().stream().anyMatch(part -> switch (part.name()) {
            case "$nor" -> true;
            case "$and", "$or" -> part.elements().stream().anyMatch(Rewrite::hasNor);
            default -> false;
        });
    }

    private static BsonDocument forStream(Element filter) {
        List<BsonDocument> parts = new ArrayList<>();
        for (Element part : filter.elements()) {
            switch (part.name()) {
                case "$nor" ->
                    part.elements().forEach(branch -> parts.add(operator("$nor", List.of(forStream(branch)))));
                case "$and", "$or" ->
                    parts.add(operator(
                            part.name(),
                            part.elements().stream().map(Rewrite::forStream).toList()));
                default -> parts.add(part.alone());
            }
        }
        return all(parts);
    }

    private static BsonDocument all(List<BsonDocument> parts) {
        return parts.size() == 1 ? parts.get(0) : operator("$and", parts);
    }

    /** Empty if nothing stands below the operator. */
    private static BsonDocument operator(String name, List<BsonDocument> branches) {
        return branches.isEmpty() ? new BsonDocument() : new BsonDocument(name, new BsonArray(branches));
    }
}
