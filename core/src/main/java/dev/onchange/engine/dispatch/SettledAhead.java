package dev.onchange.engine.dispatch;

import dev.onchange.checkpoint.Position;
import dev.onchange.engine.bson.ChangeKey;
import dev.onchange.engine.stream.RawChange;
import dev.onchange.engine.stream.Watermark;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * What a handler has settled beyond its position, because it works on several changes at a time: all up to a horizon, but
 * for a few. So a stream that takes over from the position need not give it those again. Immutable.
 *
 * <p>The few are known by their times and documents, not by their tokens: another stream may give the same change another
 * token. Of changes at one time, as in a transaction, some may so be given again.
 */
public final class SettledAhead {

    private final Position position;
    private final Position horizon;
    private final Watermark end;
    private final Map<BsonTimestamp, Set<ChangeKey>> unsettled;

    private SettledAhead(Position position, Position horizon, Map<BsonTimestamp, Set<ChangeKey>> unsettled) {
        this.position = position;
        this.horizon = horizon;
        this.end = Watermark.of(horizon);
        this.unsettled = unsettled;
    }

    /**
     * @param position where the handler stands
     * @param horizon how far it was given changes
     * @param unsettled those of them that it has not settled
     * @param before what it had settled ahead when it began; null if nothing
     * @return null if there is nothing to remember
     */
    static @Nullable SettledAhead of(
            Position position, Position horizon, Iterable<RawChange> unsettled, @Nullable SettledAhead before) {
        Map<BsonTimestamp, Set<ChangeKey>> all = new HashMap<>();
        for (RawChange change : unsettled) {
            BsonTimestamp time = change.clusterTime();
            if (time == null) {
                // It could not be told from the others.
                return null;
            }
            ChangeKey key = change.key();
            all.merge(time, key == null ? Set.of() : Set.of(key), SettledAhead::both);
        }
        Position end = horizon;
        if (before != null && before.horizon.isAfter(horizon)) {
            end = before.horizon;
            before.unsettled.forEach((time, keys) -> {
                if (time.compareTo(horizon.clusterTime()) >= 0) {
                    all.merge(time, keys, SettledAhead::both);
                }
            });
        }
        return end.isAfter(position) ? new SettledAhead(position, end, all) : null;
    }

    private static Set<ChangeKey> both(Set<ChangeKey> some, Set<ChangeKey> others) {
        if (some.isEmpty() || others.isEmpty()) {
            return Set.of();
        }
        Set<ChangeKey> both = new HashSet<>(some);
        both.addAll(others);
        return both;
    }

    /** Whether it goes on from the same position; else it is of no use. */
    public boolean continues(@Nullable Position start) {
        return position.equals(start);
    }

    /** Whether the change lies behind what is remembered, as all that follow it do. */
    boolean isBefore(RawChange change) {
        return end.isBefore(change);
    }

    /** Whether the handler has settled a change up to the horizon. */
    boolean settles(RawChange change) {
        BsonTimestamp time = change.clusterTime();
        Set<ChangeKey> keys = time == null ? Set.of() : unsettled.get(time);
        if (keys == null) {
            return true;
        }
        ChangeKey key = change.key();
        // An empty set stands for all changes of its time.
        return key != null && !keys.isEmpty() && !keys.contains(key);
    }
}
