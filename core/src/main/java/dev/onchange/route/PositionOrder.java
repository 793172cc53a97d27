package dev.onchange.route;

import dev.onchange.checkpoint.Position;
import dev.onchange.stream.RawChange;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/** Compares positions of one deployment: tokens compare as the strings in {@code _data}, seen on a 6.0 server. */
final class PositionOrder {

    private PositionOrder() {}

    /** Whether everything that is settled at {@code other} is settled at {@code position} too, and more may be. */
    static boolean isAfter(Position position, Position other) {
        BsonDocument token = position.token();
        BsonDocument otherToken = other.token();
        if (token != null && otherToken != null) {
            return data(token).compareTo(data(otherToken)) > 0;
        }
        int times = position.clusterTime().compareTo(other.clusterTime());
        // A position without a token is after all events of its time.
        return token == null && otherToken != null ? times >= 0 : times > 0;
    }

    /** Whether a change is after a position, so that it has still to be delivered. */
    static boolean isAfter(RawChange raw, Position position) {
        BsonDocument token = position.token();
        if (token != null) {
            return data(raw.token()).compareTo(data(token)) > 0;
        }
        BsonTimestamp time = raw.clusterTime();
        return time == null || time.compareTo(position.clusterTime()) > 0;
    }

    /** The later of the two; null if both are null. */
    static @Nullable Position later(@Nullable Position one, @Nullable Position other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return isAfter(one, other) ? one : other;
    }

    private static String data(BsonDocument token) {
        return token.getString("_data").getValue();
    }
}
