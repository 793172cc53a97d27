package dev.onchange.engine.checkpoint;

import dev.onchange.checkpoint.Position;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/** Knows which positions differ from those saved last. Used by one thread at a time. */
final class DirtyPositions {

    private final Map<String, Position> saved = new HashMap<>();

    /** By fingerprint, the furthest position at the last call. */
    private Map<String, Position> lastFurthest = Map.of();

    /** The positions that differ from the saved ones. Forgets the saved positions of handlers that have none now. */
    Map<String, Position> exact(Map<String, Position> now) {
        Map<String, Position> positions = compact(now);
        lastFurthest = furthest(positions);
        saved.keySet().retainAll(positions.keySet());
        return differing(positions);
    }

    /** The positions of some handlers that differ from the saved ones. */
    Map<String, Position> exact(Set<String> handlerIds, Map<String, Position> now) {
        Map<String, Position> some = new HashMap<>(now);
        some.keySet().retainAll(handlerIds);
        return differing(compact(some));
    }

    /**
     * As {@link #exact}, but of the handlers of one stream that have reached what was its furthest position at the last
     * call, all get the earliest of their positions. Under load, when each handler is at a different event, they are thus
     * saved by one write, and lag behind what they have settled by no more than the time between two calls.
     */
    Map<String, Position> grouped(Map<String, Position> now) {
        Map<String, Position> positions = compact(now);
        Map<String, Position> earliest = new HashMap<>();
        for (Position position : positions.values()) {
            Position before = earliest.get(position.fingerprint());
            if (position.snapshot() == null
                    && hasReachedLastFurthest(position)
                    && (before == null || before.isAfter(position))) {
                earliest.put(position.fingerprint(), position);
            }
        }
        lastFurthest = furthest(positions);
        positions.replaceAll((id, position) -> {
            Position common = earliest.get(position.fingerprint());
            // The progress of a snapshot belongs to its position alone.
            return common != null && position.snapshot() == null && position.isAfter(common) ? common : position;
        });
        return differing(positions);
    }

    private Map<String, Position> differing(Map<String, Position> positions) {
        positions.entrySet().removeIf(entry -> entry.getValue().equals(saved.get(entry.getKey())));
        return positions;
    }

    private boolean hasReachedLastFurthest(Position position) {
        Position furthest = lastFurthest.get(position.fingerprint());
        return furthest != null && !furthest.isAfter(position);
    }

    private Map<String, Position> compact(Map<String, Position> positions) {
        IdentityHashMap<Position, Position> compact = new IdentityHashMap<>();
        Map<String, Position> all = new HashMap<>(positions);
        all.replaceAll((id, position) -> notBeforeSaved(id, compact.computeIfAbsent(position, Position::compact)));
        return all;
    }

    /** The store would not take an earlier position, and with it not the progress of the snapshot. */
    private Position notBeforeSaved(String id, Position position) {
        Position before = position.snapshot() == null ? null : saved.get(id);
        return before != null && before.isAfter(position) ? before.withSnapshot(position.snapshot()) : position;
    }

    private static Map<String, Position> furthest(Map<String, Position> now) {
        Map<String, Position> furthest = new HashMap<>();
        for (Position position : now.values()) {
            Position before = furthest.get(position.fingerprint());
            if (before == null || !before.isAfter(position)) {
                furthest.put(position.fingerprint(), position);
            }
        }
        return furthest;
    }

    /** Whether each of the handlers has a saved position, whether it equals the given one or not. */
    boolean hasSavedAll(Map<String, Position> positions) {
        return saved.keySet().containsAll(positions.keySet());
    }

    void saved(Map<String, Position> positions) {
        saved.putAll(positions);
    }
}
