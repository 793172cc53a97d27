package dev.onchange.engine.plan;

import dev.onchange.engine.match.Match;
import dev.onchange.engine.match.PathValues;
import dev.onchange.engine.match.Range;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * Filters of which one holds at least for each event that one of many filters matches, and that cost the server little:
 * the values and ranges of a single path each. Filters that say nothing of a path are kept as they are.
 */
final class WeakerFilter {

    private final List<Map<String, PathValues>> implied = new ArrayList<>();
    private final Set<BsonDocument> kept;
    private final int budget;

    /**
     * @param pushed none of them lets everything through
     * @param budget see {@link FilterCost}
     */
    WeakerFilter(List<PushDown> pushed, int budget) {
        pushed.stream().map(PushDown::implied).filter(each -> !each.isEmpty()).forEach(implied::add);
        kept = pushed.stream()
                .filter(each -> each.implied().isEmpty())
                .map(PushDown::filter)
                .collect(Collectors.toUnmodifiableSet());
        this.budget = budget - kept.stream().mapToInt(FilterCost::of).sum();
    }

    /** Empty if they cost too much, or the union is everything. */
    List<BsonDocument> filters(int mostValues) {
        Map<String, PathValues> byPath = byPath();
        int ranges = rangesEach(byPath.values());
        boolean tooManyValues =
                byPath.values().stream().anyMatch(each -> each.values().size() > mostValues);
        if (tooManyValues) {
            return List.of();
        }
        List<BsonDocument> conditions = new ArrayList<>();
        byPath.forEach((path, values) -> conditions.addAll(conditions(path, values, ranges)));
        int cost = conditions.stream().mapToInt(FilterCost::of).sum();
        if (cost > budget || conditions.stream().anyMatch(WeakerFilter::isEverything)) {
            return List.of();
        }
        List<Match> parsed = conditions.stream().map(Match::parse).toList();
        return parsed.stream().allMatch(Match::pushable)
                ? Stream.concat(
                                parsed.stream().map(Match::streamFilter),
                                kept.stream().sorted(Comparator.comparing(BsonDocument::toJson)))
                        .toList()
                : List.of();
    }

    /** What each filter implies at one path, where most filters say something: values rather than ranges. */
    private Map<String, PathValues> byPath() {
        Map<String, Integer> uses = new TreeMap<>();
        implied.forEach(each -> each.keySet().forEach(path -> uses.merge(path, 1, Integer::sum)));
        Comparator<Map.Entry<String, PathValues>> order = Comparator.comparing(
                (Map.Entry<String, PathValues> entry) -> entry.getValue().isOfValuesOnly());
        Comparator<Map.Entry<String, PathValues>> best = order.thenComparing(
                        entry -> uses.getOrDefault(entry.getKey(), 0))
                .thenComparing(Map.Entry::getKey);
        Map<String, List<PathValues>> byPath = new TreeMap<>();
        for (Map<String, PathValues> each : implied) {
            Map.Entry<String, PathValues> chosen =
                    each.size() == 1 ? each.entrySet().iterator().next() : Collections.max(each.entrySet(), best);
            byPath.computeIfAbsent(chosen.getKey(), path -> new ArrayList<>()).add(chosen.getValue());
        }
        Map<String, PathValues> united = new TreeMap<>();
        byPath.forEach((path, some) -> united.put(path, PathValues.union(some)));
        return united;
    }

    /** How many ranges, of two conditions each, the budget allows each bracket of each path. */
    private int rangesEach(Iterable<PathValues> all) {
        int left = budget;
        int kinds = 0;
        for (PathValues each : all) {
            left -= (each.values().isEmpty() ? 0 : 1)
                    + (each.patterns() ? 1 : 0)
                    + (each.ordered().isEmpty() ? 0 : FilterCost.EXPRESSION);
            kinds += brackets(each.ranges()).size() + (each.ordered().isEmpty() ? 0 : 1);
        }
        return kinds == 0 ? 1 : Math.max(1, left / (2 * kinds));
    }

    private static Map<Integer, List<Range>> brackets(List<Range> ranges) {
        return ranges.stream().collect(Collectors.groupingBy(Range::bracket, TreeMap::new, Collectors.toList()));
    }

    private static List<BsonDocument> conditions(String path, PathValues implied, int ranges) {
        List<BsonDocument> conditions = new ArrayList<>();
        if (!implied.values().isEmpty()) {
            conditions.add(new BsonDocument(path, new BsonDocument("$in", FilterTerms.sorted(implied.values()))));
        }
        brackets(implied.ranges()).values().stream()
                .flatMap(some -> Range.covering(some, ranges).stream())
                .map(WeakerFilter::bounds)
                .map(bounds -> bounds.isEmpty() ? new BsonDocument("$exists", BsonBoolean.TRUE) : bounds)
                .map(bounds -> new BsonDocument(path, bounds))
                .forEach(conditions::add);
        if (implied.patterns()) {
            conditions.add(new BsonDocument(path, new BsonDocument("$type", new BsonString("regex"))));
        }
        if (!implied.ordered().isEmpty()) {
            List<BsonDocument> parts = Range.covering(implied.ordered(), ranges).stream()
                    .map(range -> expression(path, range))
                    .toList();
            conditions.add(new BsonDocument("$expr", FilterTerms.or(parts)));
        }
        return conditions;
    }

    /** Of all values one is greater than a bound or less than it. */
    private static boolean isEverything(BsonDocument condition) {
        return condition.containsKey("$expr") && condition.getDocument("$expr").isEmpty();
    }

    private static BsonDocument bounds(Range range) {
        BsonDocument bounds = new BsonDocument();
        if (range.from() != null) {
            bounds.append("$gte", range.from().value());
        }
        if (range.to() != null) {
            bounds.append("$lte", range.to().value());
        }
        return bounds;
    }

    private static BsonDocument expression(String path, Range range) {
        List<BsonDocument> parts = new ArrayList<>();
        bounds(range)
                .forEach((operator, value) -> parts.add(new BsonDocument(
                        operator,
                        new BsonArray(
                                List.<BsonValue>of(new BsonString("$" + path), new BsonDocument("$literal", value))))));
        return FilterTerms.and(parts);
    }
}
