package dev.onchange.checkpoint;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/** Knows which positions differ from those saved last. Used by one thread at a time. */
final class Unsaved {

    private final Map<String, Position> saved = new HashMap<>();

    Map<String, Position> among(Map<String, Position> now) {
        Map<Position, Position> compact = new IdentityHashMap<>();
        Map<String, Position> differing = new HashMap<>();
        now.forEach((id, given) -> {
            Position position = compact.computeIfAbsent(given, Position::compact);
            if (!position.equals(saved.get(id))) {
                differing.put(id, position);
            }
        });
        return differing;
    }

    void saved(Map<String, Position> positions) {
        saved.putAll(positions);
    }
}
