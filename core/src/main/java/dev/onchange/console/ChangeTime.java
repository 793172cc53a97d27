package dev.onchange.console;

import java.time.Instant;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/** When a change was made, as the server says it. */
final class ChangeTime {

    private ChangeTime() {}

    /** In milliseconds where the server tells them (from 6.0 on), else in seconds; null if it says nothing. */
    static @Nullable Instant of(BsonDocument event) {
        if (event.get("wallTime") instanceof BsonDateTime wall) {
            return Instant.ofEpochMilli(wall.getValue());
        }
        return event.get("clusterTime") instanceof BsonTimestamp time
                ? Instant.ofEpochSecond(Integer.toUnsignedLong(time.getTime()))
                : null;
    }
}
