package dev.onchange.engine.match;

import dev.onchange.engine.bson.RawBytes;
import dev.onchange.engine.bson.Types;
import dev.onchange.engine.match.syntax.Element;
import dev.onchange.engine.match.syntax.Place;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;

/**
 * The conditions of a filter that must all hold, each as a filter of its own: tells which of them an event does not meet.
 * Immutable and safe for use by several threads.
 */
public final class MatchConditions {

    /** Operators that say together what one of them says alone. */
    private static final Set<String> TOGETHER =
            Set.of("$regex", "$options", "$geoWithin", "$within", "$geoIntersects", "$uniqueDocs");

    private static final Set<String> LOGICAL = Set.of("$and", "$or", "$nor");

    /** Of a path through long arrays no more values are shown. */
    private static final int MOST_VALUES = 10;

    private final List<Condition> conditions = new ArrayList<>();

    private MatchConditions() {}

    /** Takes a filter apart. */
    public static MatchConditions of(Match match) {
        MatchConditions all = new MatchConditions();
        all.addAll(Element.root(RawBytes.array(Filters.copy(match.filter()))));
        return all;
    }

    private void addAll(Element filter) {
        for (Element element : filter.elements()) {
            if (element.name().equals("$and")) {
                element.elements().forEach(this::addAll);
            } else if (FieldParser.isOperators(element) && isSeveral(element)) {
                element.elements()
                        .forEach(operator -> add(new BsonDocument(element.name(), operator.alone()), element));
            } else if (!element.name().equals("$comment")) {
                add(element.alone(), element);
            }
        }
    }

    private static boolean isSeveral(Element operators) {
        List<Element> each = operators.elements();
        return each.size() > 1
                && !operators.name().startsWith("$")
                && each.stream().noneMatch(operator -> TOGETHER.contains(operator.name()));
    }

    private void add(BsonDocument filter, Element element) {
        Set<String> paths = new LinkedHashSet<>();
        collectPaths(element, paths);
        conditions.add(
                new Condition(Match.parse(filter), paths.stream().map(Path::new).toList()));
    }

    private static void collectPaths(Element element, Set<String> paths) {
        if (LOGICAL.contains(element.name())) {
            element.elements().forEach(branch -> branch.elements().forEach(part -> collectPaths(part, paths)));
        } else if (!element.name().startsWith("$")) {
            paths.add(element.name());
        }
    }

    /** Those that an event does not meet, of those that can be answered here. */
    public List<Unmet> unmet(RawBsonDocument event) {
        return conditions.stream()
                .filter(condition -> condition.match.inProcess() && !condition.isMetBy(event))
                .map(condition -> condition.unmet(event))
                .toList();
    }

    /** Those that only the server can answer. */
    public List<BsonDocument> onServer() {
        return conditions.stream()
                .filter(condition -> !condition.match.inProcess())
                .map(condition -> condition.match.filter())
                .toList();
    }

    /**
     * A condition that an event does not meet.
     *
     * @param condition as a filter of its own
     * @param actual what the event has at each path that the condition names; those that lead to nothing are left out
     */
    public record Unmet(BsonDocument condition, BsonDocument actual) {}

    private record Condition(Match match, List<Path> paths) {

        boolean isMetBy(RawBsonDocument event) {
            try {
                return match.matches(event);
            } catch (MatchFailedException fails) {
                return false;
            }
        }

        Unmet unmet(RawBsonDocument event) {
            BsonDocument actual = new BsonDocument();
            for (Path path : paths) {
                List<BsonValue> values = valuesAt(path, event);
                if (!values.isEmpty()) {
                    actual.append(path.toString(), values.size() == 1 ? values.get(0) : new BsonArray(values));
                }
            }
            return new Unmet(match.filter(), actual);
        }

        private static List<BsonValue> valuesAt(Path path, RawBsonDocument event) {
            List<BsonValue> values = new ArrayList<>();
            ValueTest collect = (bytes, type, at) -> {
                if (type != Types.MISSING) {
                    values.add(new Element(bytes, type, at, "", Place.ROOT).decoded());
                }
                return values.size() >= MOST_VALUES;
            };
            path.any(RawBytes.array(event), RawBytes.offset(event), collect, false);
            return values;
        }
    }
}
