package dev.onchange.status;

import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * A range of time whose changes a handler could not be given.
 *
 * @param from up to when it had settled all
 * @param to from when on changes could be had; null if the server does not tell
 */
public record HistoryGap(BsonTimestamp from, @Nullable BsonTimestamp to) {}
