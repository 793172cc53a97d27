package dev.onchange.engine.plan;

import dev.onchange.engine.match.Equality;
import dev.onchange.engine.scan.WatchedScope;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * Unites the events that the handlers of a group want, and decides which filters the server is to test. A filter that
 * costs the server more than it saves is left out: then the event is delivered and tested in process.
 */
final class UnionFilter {

    /**
     * Simple conditions that a stream may have: measured on 6.0.5, each costs the server 0.4 µs an entry, and an event
     * that is not delivered saves server and client together some 10 µs.
     */
    static final int MAX_CONDITIONS = 25;

    /**
     * Places whose filters are tested, each a branch of {@code $or}: measured, with 10 branches the server spends 6.5
     * µs on an entry that concerns none of them, with 50 branches 49 µs, with none 5 µs.
     */
    static final int MAX_FILTERED = 10;

    /** Values of one {@code $in}, which cost nothing measurable each, but have to be sent, kept and compared. */
    static final int MAX_VALUES = 20_000;

    /** A command takes 16 MB. */
    static final long MAX_BYTES = 8L << 20;

    private UnionFilter() {}

    /** What handlers have in common before their filters are looked at. */
    private record ScopeAndOperations(WatchedScope place, Set<String> operations) {

        // By hand, see D69.
        @Override
        public int hashCode() {
            return Objects.hash(place, operations);
        }
    }

    /** The wanted events of a group, none covered by another, sorted. */
    static List<WantedEvents> of(StreamGroup group) {
        Map<ScopeAndOperations, List<ParsedHandler>> members = new LinkedHashMap<>();
        for (ParsedHandler member : group.members()) {
            ScopeAndOperations common = new ScopeAndOperations(
                    member.spec().watched(), member.spec().operations());
            members.computeIfAbsent(common, key -> new ArrayList<>()).add(member);
        }
        List<WantedEvents> wantedEvents = new ArrayList<>();
        members.forEach((common, some) ->
                wantedEvents.add(new WantedEvents(common.place(), common.operations(), filters(group, some))));
        return withoutCovered(merged(withinBudget(wantedEvents)));
    }

    /** Empty if one of the members wants everything, or testing them all costs too much. */
    private static List<BsonDocument> filters(StreamGroup group, List<ParsedHandler> members) {
        List<PushDown> pushed = new ArrayList<>(members.size());
        for (ParsedHandler member : members) {
            PushDown each = PushDown.of(member, group.documents());
            if (each.isEverything()) {
                return List.of();
            }
            pushed.add(each);
        }
        Map<String, Set<BsonValue>> equalities = new TreeMap<>();
        Set<BsonDocument> others = new LinkedHashSet<>();
        int cost = 0;
        for (PushDown each : pushed) {
            if (each.equalities().size() == 1 && each.cost() == 1) {
                addTo(equalities, each.equalities().get(0));
            } else if (cost <= MAX_CONDITIONS && others.add(each.filter())) {
                cost += each.cost();
            }
        }
        // to sort and write thousands of values would take longer than the rest of planning
        return hasTooMany(equalities) || equalities.size() + cost <= MAX_CONDITIONS
                ? filters(equalities, others)
                : new WeakerFilter(pushed, MAX_CONDITIONS).filters(MAX_VALUES);
    }

    private static void addTo(Map<String, Set<BsonValue>> equalities, Equality equality) {
        equalities
                .computeIfAbsent(equality.path(), path -> new LinkedHashSet<>())
                .addAll(equality.values());
    }

    private static boolean hasTooMany(Map<String, Set<BsonValue>> equalities) {
        return equalities.values().stream().anyMatch(values -> values.size() > MAX_VALUES);
    }

    private static List<BsonDocument> filters(Map<String, Set<BsonValue>> equalities, Set<BsonDocument> others) {
        if (hasTooMany(equalities)) {
            return List.of();
        }
        List<BsonDocument> filters = new ArrayList<>();
        equalities.forEach((path, values) ->
                filters.add(new BsonDocument(path, new BsonDocument("$in", FilterTerms.sorted(values)))));
        others.stream().sorted(Comparator.comparing(BsonDocument::toJson)).forEach(filters::add);
        return filters;
    }

    /** Takes the filters off all but the cheapest, within the limits of cost. */
    private static List<WantedEvents> withinBudget(List<WantedEvents> wantedEvents) {
        List<WantedEvents> byCost = wantedEvents.stream()
                .sorted(Comparator.comparing(WantedEvents::cost)
                        .thenComparing(wanted -> wanted.place().toString())
                        .thenComparing(wanted -> wanted.operations().toString()))
                .toList();
        List<WantedEvents> withinBudget = new ArrayList<>();
        int filtered = 0;
        int cost = 0;
        long bytes = 0;
        for (WantedEvents wanted : byCost) {
            long more = wanted.bytes();
            boolean keeps =
                    filtered < MAX_FILTERED && cost + wanted.cost() <= MAX_CONDITIONS && bytes + more <= MAX_BYTES;
            withinBudget.add(keeps ? wanted : wanted.unfiltered());
            filtered += keeps && !wanted.filters().isEmpty() ? 1 : 0;
            cost += keeps ? wanted.cost() : 0;
            bytes += keeps ? more : 0;
        }
        return withinBudget;
    }

    /** Merges the wanted events of one place that have no filters. */
    private static List<WantedEvents> merged(List<WantedEvents> wantedEvents) {
        Map<Object, WantedEvents> merged = new LinkedHashMap<>();
        for (WantedEvents wanted : wantedEvents) {
            Object key = wanted.filters().isEmpty() ? wanted.place() : wanted;
            merged.merge(key, wanted, UnionFilter::union);
        }
        return List.copyOf(merged.values());
    }

    private static WantedEvents union(WantedEvents one, WantedEvents other) {
        Set<String> operations = new TreeSet<>();
        if (!one.operations().isEmpty() && !other.operations().isEmpty()) {
            operations.addAll(one.operations());
            operations.addAll(other.operations());
        }
        return new WantedEvents(one.place(), operations, List.of());
    }

    @SuppressWarnings("ReferenceEquality") // equal ones cover each other
    private static List<WantedEvents> withoutCovered(List<WantedEvents> wantedEvents) {
        return wantedEvents.stream()
                .filter(wanted -> wantedEvents.stream().noneMatch(other -> other != wanted && other.covers(wanted)))
                .sorted(Comparator.comparing(
                                (WantedEvents wanted) -> wanted.place().toString())
                        .thenComparing(wanted -> wanted.operations().toString()))
                .toList();
    }
}
