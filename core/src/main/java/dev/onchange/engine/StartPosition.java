package dev.onchange.engine;

import dev.onchange.checkpoint.Position;
import dev.onchange.engine.stream.StreamStart;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Where a handler begins. */
sealed interface StartPosition {

    /** After a position. */
    record After(Position position) implements StartPosition {}

    /** From the present time on: a later one does too, as long as who lets the handler begin has not been told that it has. */
    record Now(Position position) implements StartPosition {}

    /** With the oldest change there is. */
    record Earliest() implements StartPosition {}

    /**
     * After a token that the user gave, in the way of the server's option of that name.
     *
     * @param point how the stream begins if all its handlers begin so
     * @param position the same as a position
     */
    record Given(StreamStart point, Position position) implements StartPosition {}

    /** Changes up to it are not the handler's; null if all are. */
    default @Nullable Position position() {
        if (this instanceof After after) {
            return after.position;
        }
        if (this instanceof Now now) {
            return now.position;
        }
        return this instanceof Given given ? given.position : null;
    }

    /** The same as it stands for a handler that was said to have begun, or waits: a later time would leave changes out. */
    default StartPosition fixed() {
        return this instanceof Now now ? new After(now.position) : this;
    }

    /** The same for all of them. */
    static Map<String, StartPosition> fixed(Map<String, StartPosition> starts) {
        Map<String, StartPosition> fixed = new HashMap<>(starts);
        fixed.replaceAll((id, start) -> start.fixed());
        return fixed;
    }

    /** The positions of those that have one. */
    static Map<String, Position> positionsOf(Map<String, StartPosition> starts) {
        Map<String, Position> positions = new HashMap<>();
        starts.forEach((id, start) -> {
            Position position = start.position();
            if (position != null) {
                positions.put(id, position);
            }
        });
        return Map.copyOf(positions);
    }

    /** Where a stream must begin so that none of its handlers misses a change. */
    static StreamStart ofAll(Collection<StartPosition> starts) {
        Collection<StartPosition> different = starts.size() == 1 ? starts : new HashSet<>(starts);
        if (different.size() == 1 && different.iterator().next() instanceof Given given) {
            return given.point();
        }
        if (different.stream().anyMatch(Earliest.class::isInstance)) {
            return new StreamStart.Earliest();
        }
        Position first = different.stream()
                .map(StartPosition::position)
                .map(Objects::requireNonNull)
                .reduce((one, other) -> one.isAfter(other) ? other : one)
                .orElseThrow();
        return new StreamStart.After(first);
    }
}
