package dev.onchange.engine.stream;

import dev.onchange.checkpoint.Position;
import dev.onchange.engine.bson.ElementReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * Tells changes after a position from changes up to it. Tokens are compared, and times where a token is missing or has
 * no {@code _data}.
 */
public final class Watermark {

    private final byte @Nullable [] data;
    private final BsonTimestamp time;

    private Watermark(byte @Nullable [] data, BsonTimestamp time) {
        this.data = data;
        this.time = time;
    }

    /** The mark at that position. */
    public static Watermark of(Position position) {
        return new Watermark(bytes(position.token()), position.clusterTime());
    }

    /** Whether the change comes after the position. */
    public boolean isBefore(RawChange change) {
        int at = data == null ? -1 : change.tokenDataAt();
        if (data == null || at < 0) {
            return isBefore(change.clusterTime());
        }
        int end = at + ElementReader.int32(change.bytes(), at - 4) - 1;
        return Arrays.compareUnsigned(change.bytes(), at, end, data, 0, data.length) > 0;
    }

    /** Whether the token comes after the position. */
    boolean isBefore(BsonDocument token) {
        byte[] other = data == null ? null : bytes(token);
        return data == null || other == null
                ? isBefore(ResumeTokens.time(token))
                : Arrays.compareUnsigned(other, data) > 0;
    }

    private boolean isBefore(@Nullable BsonTimestamp other) {
        return other == null || other.compareTo(time) > 0;
    }

    private static byte @Nullable [] bytes(@Nullable BsonDocument token) {
        String data = ResumeTokens.data(token);
        return data == null ? null : data.getBytes(StandardCharsets.ISO_8859_1);
    }
}
