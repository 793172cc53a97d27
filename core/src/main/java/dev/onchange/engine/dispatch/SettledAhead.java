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
 * What a handler has settled beyond its position, because it works on several changes at a time: all changes up to a
 * horizon, except a few unsettled ones. A stream that takes over from the position need not deliver the settled ones again.
 * Immutable.
 *
 * <p>The unsettled changes are known by their times and documents, not by their tokens: another stream may give the
 * same change another token. Of changes at one time, as in a transaction, some may so be given again.
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
     * @param position of the handler
     * @param horizon how far it was given changes
     * @param unsettled the changes up to there that it has not settled
     * @param before what the handler had settled ahead when it began; null if nothing
     * @return null if nothing is settled beyond the position
     */
    static @Nullable SettledAhead of(
            Position position, Position horizon, Iterable<RawChange> unsettled, @Nullable SettledAhead before) {
        Map<BsonTimestamp, Set<ChangeKey>> all = new HashMap<>();
        for (RawChange change : unsettled) {
            BsonTimestamp time = change.clusterTime();
            if (time == null) {
                // A change without a time cannot be told from the settled ones.
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

    private static Set<ChangeKey> both(Set<ChangeKey> some, Set<ChangeKey> more) {
        if (some.isEmpty() || more.isEmpty()) {
            return Set.of();
        }
        Set<ChangeKey> both = new HashSet<>(some);
        both.addAll(more);
        return both;
    }

    /** Whether a handler that starts at that position can use it. */
    public boolean continues(@Nullable Position start) {
        return position.equals(start);
    }

    /** Whether the change, and so each that follows it, lies after the horizon. */
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
