package dev.onchange.engine.lookup;

import dev.onchange.engine.match.Equality;
import dev.onchange.engine.match.EventKeys;
import dev.onchange.engine.match.Match;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bson.RawBsonDocument;

/**
 * The filters of which one has to hold for an update of one collection to be looked up, found by the value at one path
 * where they have an equality. Used by one thread at a time.
 */
final class LookUpFilter {

    private final boolean includesAll;
    private final List<Match> withoutEquality = new ArrayList<>();
    private final Map<EventKeys, Map<Long, List<Match>>> byPath = new LinkedHashMap<>();

    LookUpFilter(List<Match> filters) {
        Map<String, EventKeys> paths = new HashMap<>();
        Map<String, Match> distinct = new LinkedHashMap<>();
        filters.forEach(filter -> distinct.put(filter.toString(), filter));
        includesAll = filters.stream().anyMatch(filter -> filter.filter().isEmpty());
        for (Match filter : distinct.values()) {
            List<Equality> equalities = filter.equalities();
            if (equalities.isEmpty()) {
                withoutEquality.add(filter);
            } else {
                Equality equality = equalities.get(0);
                add(paths.computeIfAbsent(equality.path(), EventKeys::new), equality, filter);
            }
        }
    }

    private void add(EventKeys path, Equality equality, Match filter) {
        Map<Long, List<Match>> byKey = byPath.computeIfAbsent(path, any -> new HashMap<>());
        for (long key : equality.keys()) {
            byKey.computeIfAbsent(key, any -> new ArrayList<>()).add(filter);
        }
    }

    boolean includes(RawBsonDocument event) {
        return includesAll
                || anyMatches(withoutEquality, event)
                || byPath.keySet().stream().anyMatch(path -> anyMatchesAt(path, event));
    }

    private boolean anyMatchesAt(EventKeys path, RawBsonDocument event) {
        Map<Long, List<Match>> byKey = byPath.getOrDefault(path, Map.of());
        int count = path.read(event);
        for (int i = 0; i < count; i++) {
            if (anyMatches(byKey.getOrDefault(path.get(i), List.of()), event)) {
                return true;
            }
        }
        return false;
    }

    private static boolean anyMatches(List<Match> filters, RawBsonDocument event) {
        for (Match filter : filters) {
            if (filter.matches(event)) {
                return true;
            }
        }
        return false;
    }
}
