package dev.onchange.engine.checkpoint;

import dev.onchange.checkpoint.Position;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/** Knows which positions differ from those saved last. Used by one thread at a time. */
final class DirtyPositions {

    private final Map<String, Position> saved = new HashMap<>();

    /** By fingerprint, the furthest position at the last look. */
    private Map<String, Position> lastFront = Map.of();

    /** Positions that are not saved yet. Forgets handlers that are not among these. */
    Map<String, Position> among(Map<String, Position> now) {
        Map<String, Position> positions = compact(now);
        lastFront = front(positions);
        saved.keySet().retainAll(positions.keySet());
        return differing(positions);
    }

    /**
     * As {@link #among}, but handlers of one stream that have reached where its furthest was at the last look are taken
     * to be at the hindmost of their positions. Under load, when each is at another event, they are thus saved by one
     * write, and lag behind what they have settled by no more than the time between two looks.
     */
    Map<String, Position> roughlyAmong(Map<String, Position> now) {
        Map<String, Position> positions = compact(now);
        Map<String, Position> hindmost = new HashMap<>();
        positions.values().forEach(position -> {
            if (isAtTheFront(position)) {
                hindmost.merge(position.fingerprint(), position, (one, other) -> one.isAfter(other) ? other : one);
            }
        });
        lastFront = front(positions);
        positions.replaceAll((id, position) -> {
            Position common = hindmost.get(position.fingerprint());
            return common != null && position.isAfter(common) ? common : position;
        });
        return differing(positions);
    }

    private Map<String, Position> differing(Map<String, Position> positions) {
        positions.entrySet().removeIf(entry -> entry.getValue().equals(saved.get(entry.getKey())));
        return positions;
    }

    private boolean isAtTheFront(Position position) {
        Position front = lastFront.get(position.fingerprint());
        return front != null && !front.isAfter(position);
    }

    private static Map<String, Position> compact(Map<String, Position> positions) {
        IdentityHashMap<Position, Position> compact = new IdentityHashMap<>();
        Map<String, Position> all = new HashMap<>(positions);
        all.replaceAll((id, position) -> compact.computeIfAbsent(position, Position::compact));
        return all;
    }

    private static Map<String, Position> front(Map<String, Position> now) {
        Map<String, Position> front = new HashMap<>();
        now.values()
                .forEach(position -> front.merge(
                        position.fingerprint(), position, (one, other) -> one.isAfter(other) ? one : other));
        return front;
    }

    /** Whether each of the handlers has a saved position, be it another one. */
    boolean hasOlderOfAll(Map<String, Position> positions) {
        return saved.keySet().containsAll(positions.keySet());
    }

    void saved(Map<String, Position> positions) {
        saved.putAll(positions);
    }
}
