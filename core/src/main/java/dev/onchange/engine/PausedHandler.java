package dev.onchange.engine;

import dev.onchange.checkpoint.Position;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * That a handler receives nothing.
 *
 * @param reason why it stopped by itself; null if it was paused
 * @param starts where it goes on, by the ids of its partitions
 */
record PausedHandler(@Nullable Throwable reason, Map<String, StartPosition> starts) {

    PausedHandler {
        starts = Map.copyOf(StartPosition.fixed(starts));
    }

    /** The positions that are known, by the ids of partitions. */
    Map<String, Position> positions() {
        return StartPosition.positionsOf(starts);
    }

    /** The same, but where one of these positions is later known. */
    PausedHandler at(Map<String, Position> positions) {
        Map<String, StartPosition> placed = new HashMap<>(starts);
        placed.replaceAll(
                (id, start) -> positions.containsKey(id) ? new StartPosition.After(positions.get(id)) : start);
        return new PausedHandler(reason, placed);
    }
}
