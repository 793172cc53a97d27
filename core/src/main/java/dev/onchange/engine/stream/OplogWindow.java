package dev.onchange.engine.stream;

import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * From when to when the server's history reaches.
 *
 * @param oldest the time of the oldest entry; null if the server does not tell
 * @param newest the present time
 */
public record OplogWindow(@Nullable BsonTimestamp oldest, BsonTimestamp newest) {}
