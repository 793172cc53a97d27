package dev.onchange.engine.dispatch;

import dev.onchange.engine.match.Equality;
import dev.onchange.engine.match.PathValues;
import dev.onchange.engine.stream.RawChange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The routes that want an operation of a namespace, indexed so that few filters are tested for an event: routes whose
 * filters imply an equality, or a range, are found by the value that the event has at that path, all other filters are tested.
 */
final class RouteIndex {

    /** From so many routes on, reading a path costs less than testing all their filters. */
    private static final int WORTH_AN_INDEX = 4;

    private final List<PathIndex> indexes = new ArrayList<>();
    private final List<RangeIndex> ranges = new ArrayList<>();
    private final HandlerRoute[] unindexed;

    RouteIndex(List<HandlerRoute> routes) {
        Map<String, Set<Long>> keysOfPaths = keysOfPaths(routes);
        Map<String, List<HandlerRoute>> routesOfPaths = new LinkedHashMap<>();
        List<HandlerRoute> withoutIndex = new ArrayList<>();
        for (HandlerRoute route : routes) {
            List<Equality> equalities = route.equalities();
            if (equalities.isEmpty()) {
                withoutIndex.add(route);
            } else {
                String path = mostSelective(equalities, keysOfPaths);
                routesOfPaths.computeIfAbsent(path, key -> new ArrayList<>()).add(route);
            }
        }
        routesOfPaths.forEach((path, some) -> {
            if (some.size() < WORTH_AN_INDEX) {
                withoutIndex.addAll(some);
            } else {
                indexes.add(index(path, some));
            }
        });
        unindexed = withoutRanges(withoutIndex).toArray(HandlerRoute[]::new);
    }

    /** Indexes those that want ranges; gives the others. */
    private List<HandlerRoute> withoutRanges(List<HandlerRoute> routes) {
        if (routes.size() < WORTH_AN_INDEX) {
            return routes;
        }
        Map<HandlerRoute, List<Map.Entry<String, PathValues>>> usable = new LinkedHashMap<>();
        Map<String, Integer> uses = new HashMap<>();
        for (HandlerRoute route : routes) {
            List<Map.Entry<String, PathValues>> paths = usable(route);
            usable.put(route, paths);
            paths.forEach(path -> uses.merge(path.getKey(), 1, Integer::sum));
        }
        Comparator<Map.Entry<String, PathValues>> narrow =
                Comparator.comparing(path -> RangeIndex.isNarrow(path.getValue()));
        Comparator<Map.Entry<String, PathValues>> best = narrow.thenComparing(
                        path -> uses.getOrDefault(path.getKey(), 0))
                .thenComparing(Map.Entry::getKey);
        Map<String, List<RangeIndex.Entry>> entriesOfPaths = new LinkedHashMap<>();
        List<HandlerRoute> others = new ArrayList<>();
        usable.forEach((route, paths) -> paths.stream()
                .max(best)
                .ifPresentOrElse(
                        path -> entriesOfPaths
                                .computeIfAbsent(path.getKey(), key -> new ArrayList<>())
                                .add(new RangeIndex.Entry(path.getValue(), route)),
                        () -> others.add(route)));
        entriesOfPaths.forEach((path, entries) -> {
            if (entries.size() < WORTH_AN_INDEX) {
                entries.forEach(entry -> others.add(entry.route()));
            } else {
                ranges.add(new RangeIndex(path, entries));
            }
        });
        return others;
    }

    private static List<Map.Entry<String, PathValues>> usable(HandlerRoute route) {
        return route.implied().entrySet().stream()
                .filter(path -> RangeIndex.isUsable(path.getValue()))
                .toList();
    }

    /** Gives the routes whose filters may match the event; some of them more than once. */
    void forEachCandidate(RawChange change, Consumer<HandlerRoute> action) {
        for (HandlerRoute route : unindexed) {
            action.accept(route);
        }
        for (int i = 0; i < indexes.size(); i++) {
            indexes.get(i).forEachCandidate(change.document(), action);
        }
        for (int i = 0; i < ranges.size(); i++) {
            ranges.get(i).forEachCandidate(change.document(), action);
        }
    }

    private static Map<String, Set<Long>> keysOfPaths(List<HandlerRoute> routes) {
        Map<String, Set<Long>> keys = new HashMap<>();
        for (HandlerRoute route : routes) {
            for (Equality equality : route.equalities()) {
                Set<Long> ofPath = keys.computeIfAbsent(equality.path(), path -> new HashSet<>());
                for (long key : equality.keys()) {
                    ofPath.add(key);
                }
            }
        }
        return keys;
    }

    /** The path at which the filters differ most. */
    private static String mostSelective(List<Equality> equalities, Map<String, Set<Long>> keysOfPaths) {
        return equalities.stream()
                .map(Equality::path)
                .max(Comparator.<String>comparingInt(
                                path -> keysOfPaths.getOrDefault(path, Set.of()).size())
                        .thenComparing(Comparator.reverseOrder()))
                .orElseThrow();
    }

    private static PathIndex index(String path, List<HandlerRoute> routes) {
        Map<Long, List<HandlerRoute>> byKey = new HashMap<>();
        for (HandlerRoute route : routes) {
            Equality equality = route.equalities().stream()
                    .filter(each -> each.path().equals(path))
                    .findFirst()
                    .orElseThrow();
            for (long key : equality.keys()) {
                byKey.computeIfAbsent(key, each -> new ArrayList<>()).add(route);
            }
        }
        return new PathIndex(path, byKey);
    }
}
