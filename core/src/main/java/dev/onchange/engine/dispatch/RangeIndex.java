package dev.onchange.engine.dispatch;

import dev.onchange.engine.bson.Order;
import dev.onchange.engine.bson.Types;
import dev.onchange.engine.match.Bound;
import dev.onchange.engine.match.EventValues;
import dev.onchange.engine.match.PathValues;
import dev.onchange.engine.match.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * Finds the routes whose filters want values of a range at a path, by reading that path of an event once. A filter compares what is
 * of one bracket of types, each element of an array by itself; an expression compares all types, and an array as a whole.
 */
final class RangeIndex {

    /** One that a route wants, and what it wants there. */
    record Entry(PathValues wanted, HandlerRoute route) {}

    private final EventValues values;
    private final int[] brackets;
    private final RangeTable[] tables;
    private final @Nullable RangeTable ordered;
    private final HandlerRoute[] compared;
    private final HandlerRoute[] patterns;

    /** @param entries each {@linkplain #isUsable usable} */
    RangeIndex(String path, List<Entry> entries) {
        values = new EventValues(path);
        Map<Integer, List<RangeTable.Entry>> byBracket = new TreeMap<>();
        List<RangeTable.Entry> ofExpressions = new ArrayList<>();
        for (Entry entry : entries) {
            ranges(entry.wanted())
                    .forEach(range -> byBracket
                            .computeIfAbsent(range.bracket(), any -> new ArrayList<>())
                            .add(new RangeTable.Entry(range, entry.route())));
            entry.wanted().ordered().forEach(range -> ofExpressions.add(new RangeTable.Entry(range, entry.route())));
        }
        brackets = byBracket.keySet().stream().mapToInt(Integer::intValue).toArray();
        tables = byBracket.values().stream().map(RangeTable::new).toArray(RangeTable[]::new);
        ordered = ofExpressions.isEmpty() ? null : new RangeTable(ofExpressions);
        compared = ofExpressions.stream().map(RangeTable.Entry::route).toArray(HandlerRoute[]::new);
        patterns = entries.stream()
                .filter(entry -> entry.wanted().patterns())
                .map(Entry::route)
                .toArray(HandlerRoute[]::new);
    }

    /** Whether it can be found what is wanted: what has no order is not, and what may be missing. */
    static boolean isUsable(PathValues wanted) {
        return wanted.values().stream().allMatch(value -> Bound.of(value) != null)
                && wanted.ordered().stream().allMatch(range -> range.from() != null);
    }

    /** Whether all that is wanted lies between two bounds. */
    static boolean isNarrow(PathValues wanted) {
        return wanted.ordered().isEmpty()
                && wanted.ranges().stream().allMatch(range -> range.from() != null && range.to() != null);
    }

    private static List<Range> ranges(PathValues wanted) {
        List<Range> ranges = new ArrayList<>(wanted.ranges());
        wanted.values().forEach(value -> ranges.add(only(value)));
        return ranges;
    }

    private static Range only(BsonValue value) {
        Bound bound = Objects.requireNonNull(Bound.of(value));
        return new Range(bound, bound);
    }

    /** Gives the routes that may match; some of them more than once. */
    void forEachCandidate(RawBsonDocument event, Consumer<HandlerRoute> action) {
        int count = values.read(event);
        for (int i = 0; i < tables.length; i++) {
            search(tables[i], brackets[i], count, action);
        }
        if (patterns.length > 0 && hasPattern(count)) {
            giveAll(patterns, action);
        }
        RangeTable ofExpressions = ordered;
        if (ofExpressions != null) {
            if (values.entersArray()) {
                giveAll(compared, action);
            } else if (count > 0) {
                ofExpressions.forEach(values, 0, 0, action);
            }
        }
    }

    /** Some value of an array may lie above one bound and another one below the other. */
    private void search(RangeTable table, int bracket, int count, Consumer<HandlerRoute> action) {
        int least = -1;
        int greatest = -1;
        for (int i = 0; i < count; i++) {
            if (Types.bracket(values.type(i)) == bracket) {
                least = least < 0 || compare(i, least) < 0 ? i : least;
                greatest = greatest < 0 || compare(i, greatest) > 0 ? i : greatest;
            }
        }
        if (least >= 0) {
            table.forEach(values, least, greatest, action);
        }
    }

    private int compare(int one, int other) {
        byte[] bytes = values.bytes();
        return Order.compare(
                bytes, values.type(one), values.place(one), bytes, values.type(other), values.place(other));
    }

    private boolean hasPattern(int count) {
        for (int i = 0; i < count; i++) {
            if (values.type(i) == Types.REGEX) {
                return true;
            }
        }
        return false;
    }

    private static void giveAll(HandlerRoute[] routes, Consumer<HandlerRoute> action) {
        for (HandlerRoute route : routes) {
            action.accept(route);
        }
    }
}
