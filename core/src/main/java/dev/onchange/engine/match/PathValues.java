package dev.onchange.engine.match;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.bson.BsonValue;

/**
 * What an event has at a path if a filter matches it: one of some values, or one within some ranges, or, in an array, one
 * of either.
 *
 * @param values may be listed by {@code $in}
 * @param ranges as the operators of filters compare: among values of one bracket
 * @param ordered as those of expressions do: among all values
 * @param patterns whether it may be a regular expression
 */
public record PathValues(Set<BsonValue> values, List<Range> ranges, List<Range> ordered, boolean patterns) {

    public static PathValues of(Set<BsonValue> values) {
        return new PathValues(values, List.of(), List.of(), false);
    }

    static PathValues within(Range range) {
        return new PathValues(Set.of(), List.of(range), List.of(), false);
    }

    static PathValues ordered(Range range) {
        return new PathValues(Set.of(), List.of(), List.of(range), false);
    }

    public boolean isOfValuesOnly() {
        return ranges.isEmpty() && ordered.isEmpty() && !patterns;
    }

    PathValues or(PathValues other) {
        Set<BsonValue> both = new LinkedHashSet<>(values);
        both.addAll(other.values);
        return new PathValues(
                both, joined(ranges, other.ranges), joined(ordered, other.ordered), patterns || other.patterns);
    }

    /** Follows from both: mostly the one that says more. */
    public PathValues and(PathValues other) {
        if (isOfValuesOnly() && other.isOfValuesOnly()) {
            return values.size() <= other.values.size() ? this : other;
        }
        if (isOfValuesOnly() || other.isOfValuesOnly()) {
            return isOfValuesOnly() ? this : other;
        }
        if (isOneRange() && other.isOneRange() && ranges.size() == other.ranges.size()) {
            Range one = ranges.isEmpty() ? ordered.get(0) : ranges.get(0);
            Range two = ranges.isEmpty() ? other.ordered.get(0) : other.ranges.get(0);
            return ranges.isEmpty()
                    ? ordered(one.and(two))
                    : one.bracket() == two.bracket() ? within(one.and(two)) : this;
        }
        return this;
    }

    private boolean isOneRange() {
        return values.isEmpty() && !patterns && ranges.size() + ordered.size() == 1;
    }

    private static List<Range> joined(List<Range> one, List<Range> other) {
        return Stream.concat(one.stream(), other.stream()).toList();
    }

    /** Of many at once. */
    public static PathValues union(List<PathValues> all) {
        Set<BsonValue> values = new LinkedHashSet<>();
        List<Range> ranges = new ArrayList<>();
        List<Range> ordered = new ArrayList<>();
        boolean patterns = false;
        for (PathValues each : all) {
            values.addAll(each.values());
            ranges.addAll(each.ranges());
            ordered.addAll(each.ordered());
            patterns |= each.patterns();
        }
        return new PathValues(values, ranges, ordered, patterns);
    }
}
