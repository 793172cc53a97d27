package dev.onchange.engine.dispatch;

import dev.onchange.engine.match.Bound;
import dev.onchange.engine.match.EventValues;
import dev.onchange.engine.match.Range;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The routes by range: sorted by where their ranges begin, in a tree that knows of each part where the last of its ranges ends. Allocates
 * nothing when read.
 */
final class RangeTable {

    /** A range that a route wants values of. */
    record Entry(Range range, HandlerRoute route) {}

    private final Entry[] entries;

    /** By the number of a part; null if one of its ranges has no end. */
    private final @Nullable Bound[] ends;

    RangeTable(List<Entry> all) {
        entries = all.stream()
                .sorted(Comparator.comparing(Entry::range, Range.BY_BEGINNING))
                .toArray(Entry[]::new);
        ends = new Bound[4 * entries.length];
        end(1, 0, entries.length);
    }

    private @Nullable Bound end(int part, int first, int after) {
        Bound end;
        if (after - first == 1) {
            end = entries[first].range().to();
        } else {
            int middle = first + after >>> 1;
            Bound left = end(2 * part, first, middle);
            Bound right = end(2 * part + 1, middle, after);
            end = left == null || right == null ? null : left.compareTo(right) < 0 ? right : left;
        }
        ends[part] = end;
        return end;
    }

    /**
     * Gives the routes of the ranges that begin no later than the greatest of some values, and end no earlier than the least.
     *
     * @param least the number of a value
     * @param greatest the number of a value, often the same
     */
    void forEach(EventValues values, int least, int greatest, Consumer<HandlerRoute> action) {
        visit(1, 0, entries.length, begun(values, greatest), values, least, action);
    }

    /** How many ranges begin no later than a value. */
    private int begun(EventValues values, int greatest) {
        int low = 0;
        int high = entries.length;
        while (low < high) {
            int middle = low + high >>> 1;
            Bound from = entries[middle].range().from();
            if (from == null || compare(from, values, greatest) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private void visit(
            int part, int first, int after, int begun, EventValues values, int least, Consumer<HandlerRoute> action) {
        Bound end = ends[part];
        if (first >= begun || end != null && compare(end, values, least) < 0) {
            return;
        }
        if (after - first == 1) {
            action.accept(entries[first].route());
            return;
        }
        int middle = first + after >>> 1;
        visit(2 * part, first, middle, begun, values, least, action);
        visit(2 * part + 1, middle, after, begun, values, least, action);
    }

    private static int compare(Bound bound, EventValues values, int number) {
        return bound.compareTo(values.bytes(), values.type(number), values.place(number));
    }
}
