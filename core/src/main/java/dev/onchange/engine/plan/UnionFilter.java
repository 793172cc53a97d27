package dev.onchange.engine.plan;

import dev.onchange.engine.match.Equality;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * Gathers what the handlers of a group want, and decides which filters the server is to test. A filter that costs the
 * server more than it saves is left out: then the event is delivered and tested in process.
 */
final class UnionFilter {

    /**
     * Simple conditions that a stream may have: measured on 6.0.5, each costs the server 0.4 µs an entry, and an event
     * that is not delivered saves server and client together some 10 µs.
     */
    static final int MOST_CONDITIONS = 25;

    /**
     * Places whose filters are tested, each a branch of {@code $or}: measured, with 10 branches the server spends 6.5 µs
     * on an entry that concerns none of them, with 50 branches 49 µs, with none 5 µs.
     */
    static final int MOST_FILTERED = 10;

    /** Values of one {@code $in}, which cost nothing measurable each, but have to be sent, kept and compared. */
    static final int MOST_VALUES = 20_000;

    /** A command takes 16 MB. */
    static final long MOST_BYTES = 8L << 20;

    private UnionFilter() {}

    /** Those of a group, none within another, sorted. */
    static List<WantedEvents> of(StreamGroup group) {
        Map<WantedEvents, List<ParsedHandler>> members = new LinkedHashMap<>();
        for (ParsedHandler member : group.members()) {
            WantedEvents cell =
                    new WantedEvents(member.spec().watched(), member.spec().operations(), List.of());
            members.computeIfAbsent(cell, key -> new ArrayList<>()).add(member);
        }
        List<WantedEvents> cells = new ArrayList<>();
        members.forEach(
                (cell, some) -> cells.add(new WantedEvents(cell.place(), cell.operations(), filters(group, some))));
        return withoutCovered(merged(affordable(cells)));
    }

    /** Empty if one of the members wants everything, or testing them all costs too much. */
    private static List<BsonDocument> filters(StreamGroup group, List<ParsedHandler> members) {
        List<PushDown> pushed = members.stream()
                .map(member -> PushDown.of(member, group.documents()))
                .toList();
        if (pushed.stream().anyMatch(each -> each.filter().isEmpty())) {
            return List.of();
        }
        Map<String, Set<BsonValue>> equalities = new TreeMap<>();
        Map<BsonDocument, Integer> others = new LinkedHashMap<>();
        for (PushDown each : pushed) {
            if (each.implied().size() == 1
                    && each.cost() == 1
                    && isListable(each.implied().get(0))) {
                addTo(equalities, each.implied().get(0));
            } else {
                others.put(each.filter(), each.cost());
            }
        }
        // to sort and write out thousands would take longer than all the rest
        int cost = equalities.size()
                + others.values().stream().mapToInt(Integer::intValue).sum();
        return hasTooMany(equalities) || cost <= MOST_CONDITIONS
                ? filters(equalities, others.keySet())
                : weaker(pushed);
    }

    /** One equality of each: the path that most of them have, or else their first. */
    private static List<BsonDocument> weaker(List<PushDown> pushed) {
        List<List<Equality>> implied = pushed.stream()
                .map(each ->
                        each.implied().stream().filter(UnionFilter::isListable).toList())
                .toList();
        if (implied.stream().anyMatch(List::isEmpty)) {
            return List.of();
        }
        Map<String, Integer> uses = new TreeMap<>();
        implied.forEach(some ->
                some.stream().map(Equality::path).distinct().forEach(path -> uses.merge(path, 1, Integer::sum)));
        Map<String, Set<BsonValue>> equalities = new TreeMap<>();
        for (List<Equality> some : implied) {
            addTo(
                    equalities,
                    some.stream()
                            .max(Comparator.comparing((Equality equality) -> uses.get(equality.path()))
                                    .thenComparing(Equality::path))
                            .orElseThrow());
        }
        List<BsonDocument> filters = filters(equalities, Set.of());
        return filters.size() <= MOST_CONDITIONS ? filters : List.of();
    }

    private static void addTo(Map<String, Set<BsonValue>> equalities, Equality equality) {
        equalities
                .computeIfAbsent(equality.path(), path -> new LinkedHashSet<>())
                .addAll(equality.values());
    }

    private static boolean hasTooMany(Map<String, Set<BsonValue>> equalities) {
        return equalities.values().stream().anyMatch(values -> values.size() > MOST_VALUES);
    }

    private static List<BsonDocument> filters(Map<String, Set<BsonValue>> equalities, Set<BsonDocument> others) {
        if (hasTooMany(equalities)) {
            return List.of();
        }
        List<BsonDocument> filters = new ArrayList<>();
        equalities.forEach(
                (path, values) -> filters.add(new BsonDocument(path, new BsonDocument("$in", sorted(values)))));
        others.stream().sorted(Comparator.comparing(BsonDocument::toJson)).forEach(filters::add);
        return filters;
    }

    /** {@code $in} refuses values that {@code $eq} takes: it reads some as operators, and regular expressions as what they are. */
    private static boolean isListable(Equality equality) {
        return equality.values().stream()
                .noneMatch(value -> value.isRegularExpression()
                        || value.isDocument()
                                && !value.asDocument().isEmpty()
                                && value.asDocument().getFirstKey().startsWith("$"));
    }

    private static BsonArray sorted(Set<BsonValue> values) {
        Map<String, BsonValue> byText = new TreeMap<>();
        values.forEach(value -> byText.put(new BsonDocument("", value).toJson(), value));
        return new BsonArray(List.copyOf(byText.values()));
    }

    /** The cheapest keep their filters, as long as they are few. */
    private static List<WantedEvents> affordable(List<WantedEvents> cells) {
        List<WantedEvents> byCost = cells.stream()
                .sorted(Comparator.comparing(WantedEvents::cost)
                        .thenComparing(cell -> cell.place().toString())
                        .thenComparing(cell -> cell.operations().toString()))
                .toList();
        List<WantedEvents> affordable = new ArrayList<>();
        int filtered = 0;
        int cost = 0;
        long bytes = 0;
        for (WantedEvents cell : byCost) {
            long more = cell.bytes();
            boolean keeps =
                    filtered < MOST_FILTERED && cost + cell.cost() <= MOST_CONDITIONS && bytes + more <= MOST_BYTES;
            affordable.add(keeps ? cell : cell.unfiltered());
            filtered += keeps && !cell.filters().isEmpty() ? 1 : 0;
            cost += keeps ? cell.cost() : 0;
            bytes += keeps ? more : 0;
        }
        return affordable;
    }

    /** Without filters, all operations of one place are one cell. */
    private static List<WantedEvents> merged(List<WantedEvents> cells) {
        Map<Object, WantedEvents> merged = new LinkedHashMap<>();
        for (WantedEvents cell : cells) {
            Object key = cell.filters().isEmpty() ? cell.place() : cell;
            merged.merge(key, cell, UnionFilter::both);
        }
        return List.copyOf(merged.values());
    }

    private static WantedEvents both(WantedEvents one, WantedEvents other) {
        Set<String> operations = new TreeSet<>();
        if (!one.operations().isEmpty() && !other.operations().isEmpty()) {
            operations.addAll(one.operations());
            operations.addAll(other.operations());
        }
        return new WantedEvents(one.place(), operations, List.of());
    }

    @SuppressWarnings("ReferenceEquality") // equal ones cover each other
    private static List<WantedEvents> withoutCovered(List<WantedEvents> cells) {
        return cells.stream()
                .filter(cell -> cells.stream().noneMatch(other -> other != cell && other.covers(cell)))
                .sorted(Comparator.comparing((WantedEvents cell) -> cell.place().toString())
                        .thenComparing(cell -> cell.operations().toString()))
                .toList();
    }
}
