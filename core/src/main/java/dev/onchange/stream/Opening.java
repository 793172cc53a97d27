package dev.onchange.stream;

import dev.onchange.checkpoint.Position;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * How a cursor is opened.
 *
 * @param option the option of {@code $changeStream} that says where it begins
 * @param value its value
 * @param skip the changes that come again and are to be passed over; null for none
 */
record Opening(String option, BsonValue value, @Nullable Watermark skip) {

    private static final String START_AFTER = "startAfter";
    private static final String AT_TIME = "startAtOperationTime";

    /** With {@code startAfter}, for {@code resumeAfter} refuses the token of an {@code invalidate}. */
    static Opening startAfter(BsonDocument token) {
        return new Opening(START_AFTER, token, null);
    }

    /** Refuses the token of an {@code invalidate}. */
    static Opening resumeAfter(BsonDocument token) {
        return new Opening("resumeAfter", token, null);
    }

    static Opening atTime(BsonTimestamp time) {
        return new Opening(AT_TIME, time, null);
    }

    /** After a position: by its token if the server will find it, else by its time. */
    static Opening after(Position position, String fingerprint) {
        BsonDocument token = position.token();
        return token != null && position.fingerprint().equals(fingerprint) ? startAfter(token) : byTime(position);
    }

    /** At the position's time, without what comes again: the server begins with the first change at that time. */
    static Opening byTime(Position position) {
        BsonTimestamp time = ResumeTokens.time(position.token());
        return new Opening(AT_TIME, time == null ? position.clusterTime() : time, Watermark.of(position));
    }

    Opening skipping(@Nullable Watermark what) {
        return new Opening(option, value, what);
    }

    boolean byToken() {
        return value.isDocument();
    }

    BsonDocument addTo(BsonDocument options) {
        return options.append(option, value);
    }
}
