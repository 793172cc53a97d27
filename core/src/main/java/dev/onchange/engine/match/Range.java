package dev.onchange.engine.match;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What lies from one value to another, both included. An array may hold a value above the one and another below the
 * other, so that a filter matches it although {@code from} is greater than {@code to}.
 *
 * @param from null if there is no lower bound
 * @param to null if there is no upper bound
 */
public record Range(@Nullable Bound from, @Nullable Bound to) {

    /** One without a lower bound first. */
    public static final Comparator<Range> BY_BEGINNING =
            Comparator.comparing(Range::from, Comparator.nullsFirst(Comparator.naturalOrder()));

    /** The bracket of the types of its values. */
    public int bracket() {
        return from != null ? from.bracket() : to != null ? to.bracket() : 0;
    }

    /** What satisfies the bounds of both. */
    Range and(Range other) {
        return new Range(
                from == null || other.from != null && other.from.compareTo(from) > 0 ? other.from : from,
                to == null || other.to != null && other.to.compareTo(to) < 0 ? other.to : to);
    }

    /** At most so many ranges, within which all of these lie: the widest gaps between them are kept. */
    public static List<Range> covering(List<Range> ranges, int most) {
        List<Range> apart = joined(ranges);
        Set<Integer> cuts = new TreeSet<>(IntStream.range(1, apart.size())
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> gap(apart.get(i - 1), apart.get(i)))
                        .reversed())
                .limit(most - 1L)
                .toList());
        List<Range> covering = new ArrayList<>();
        for (int i = 0; i < apart.size(); i++) {
            int last = covering.size() - 1;
            if (i == 0 || cuts.contains(i)) {
                covering.add(apart.get(i));
            } else {
                covering.set(last, covering.get(last).or(apart.get(i)));
            }
        }
        return covering;
    }

    /** Sorted, and those that overlap made one. */
    private static List<Range> joined(List<Range> ranges) {
        List<Range> joined = new ArrayList<>();
        for (Range range : ranges.stream().sorted(BY_BEGINNING).toList()) {
            int last = joined.size() - 1;
            if (last >= 0 && joined.get(last).reaches(range)) {
                joined.set(last, joined.get(last).or(range));
            } else {
                joined.add(range);
            }
        }
        return joined;
    }

    /** Whether one that begins no earlier begins within it. */
    private boolean reaches(Range later) {
        return to == null || later.from == null || later.from.compareTo(to) <= 0;
    }

    private Range or(Range other) {
        return new Range(
                from == null || other.from == null ? null : from.compareTo(other.from) <= 0 ? from : other.from,
                to == null || other.to == null ? null : to.compareTo(other.to) >= 0 ? to : other.to);
    }

    private static double gap(Range one, Range next) {
        // Only the first may lack its beginning, and only the last its end: those before would reach it.
        if (one.to == null || next.from == null) {
            return 0;
        }
        return one.to.bracket() == next.from.bracket()
                ? next.from.measure() - one.to.measure()
                : Double.POSITIVE_INFINITY;
    }
}
