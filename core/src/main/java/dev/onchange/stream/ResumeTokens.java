package dev.onchange.stream;

import dev.onchange.checkpoint.Position;
import java.nio.charset.StandardCharsets;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * What may be read from resume tokens. Their {@code _data} is a string of hexadecimal digits that sorts as the events
 * were delivered, within one deployment; the first byte is {@code 82} and the next eight are the cluster time. Seen so
 * on 6.0, and relied on by other connectors; the manual calls the format opaque.
 */
public final class ResumeTokens {

    static final byte[] DATA = "_data".getBytes(StandardCharsets.US_ASCII);

    private static final int TIME_FROM = 2;
    private static final int TIME_TO = 18;
    private static final BsonTimestamp UNKNOWN = new BsonTimestamp(0);

    private ResumeTokens() {}

    /** The string by which tokens are compared; null if the token is of a kind that has none. */
    public static @Nullable String data(@Nullable BsonDocument token) {
        BsonValue data = token == null ? null : token.get("_data");
        return data != null && data.isString() ? data.asString().getValue() : null;
    }

    /** The cluster time of the token; null if it cannot be read. */
    public static @Nullable BsonTimestamp time(@Nullable BsonDocument token) {
        String data = data(token);
        if (data == null || data.length() < TIME_TO || !data.startsWith("82")) {
            return null;
        }
        long time = 0;
        for (int i = TIME_FROM; i < TIME_TO; i++) {
            int digit = Character.digit(data.charAt(i), 16);
            if (digit < 0) {
                return null;
            }
            time = time << 4 | digit;
        }
        return new BsonTimestamp(time);
    }

    /** The position of that token, at time 0 if it cannot be read. */
    static Position position(BsonDocument token, String fingerprint) {
        BsonTimestamp time = time(token);
        return new Position(token, time == null ? UNKNOWN : time, fingerprint);
    }

    /** Whether the one sorts behind the other. */
    static boolean isAfter(BsonDocument token, BsonDocument other) {
        return Watermark.of(position(other, "")).isBefore(token);
    }
}
