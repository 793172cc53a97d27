package dev.onchange.engine.stream;

import dev.onchange.checkpoint.Position;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Where a cursor begins.
 *
 * @param option the option of {@code $changeStream} that says where it begins
 * @param value its value
 * @param skip up to where the changes were read before and are to be skipped; null if none were
 */
record CursorStart(String option, BsonValue value, @Nullable Watermark skip) {

    private static final String START_AFTER = "startAfter";
    private static final String AT_TIME = "startAtOperationTime";

    /** With {@code startAfter}, for {@code resumeAfter} refuses the token of an {@code invalidate}. */
    static CursorStart startAfter(BsonDocument token) {
        return new CursorStart(START_AFTER, token, null);
    }

    /** Refuses the token of an {@code invalidate}. */
    static CursorStart resumeAfter(BsonDocument token) {
        return new CursorStart("resumeAfter", token, null);
    }

    static CursorStart atTime(BsonTimestamp time) {
        return new CursorStart(AT_TIME, time, null);
    }

    /** After a position: by its token if the server will find it, else by its time. */
    static CursorStart after(Position position, String fingerprint) {
        BsonDocument token = position.token();
        return token != null && position.fingerprint().equals(fingerprint) ? startAfter(token) : byTime(position);
    }

    /**
     * At the position's time, skipping the changes up to the position: the server begins with the first change at that
     * time.
     */
    static CursorStart byTime(Position position) {
        BsonTimestamp time = ResumeTokens.time(position.token());
        return new CursorStart(AT_TIME, time == null ? position.clusterTime() : time, Watermark.of(position));
    }

    CursorStart skipping(@Nullable Watermark upTo) {
        return new CursorStart(option, value, upTo);
    }

    boolean byToken() {
        return value.isDocument();
    }

    BsonDocument addTo(BsonDocument options) {
        return options.append(option, value);
    }
}
