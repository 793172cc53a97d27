package dev.onchange.stream;

import dev.onchange.checkpoint.Position;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/** Tells the changes that come after a position from those that it settles. */
public final class Watermark {

    private final byte @Nullable [] data;
    private final BsonTimestamp time;

    private Watermark(byte @Nullable [] data, BsonTimestamp time) {
        this.data = data;
        this.time = time;
    }

    /** The mark at that position. */
    public static Watermark of(Position position) {
        String data = ResumeTokens.data(position.token());
        return new Watermark(data == null ? null : data.getBytes(StandardCharsets.ISO_8859_1), position.clusterTime());
    }

    /** Whether the change comes after the position. Tokens are compared, and times where one has no token. */
    public boolean isBefore(RawChange change) {
        int at = data == null ? -1 : change.tokenDataAt();
        if (data == null || at < 0) {
            BsonTimestamp changed = change.clusterTime();
            return changed == null || changed.compareTo(time) > 0;
        }
        int end = at + Elements.int32(change.bytes(), at - 4) - 1;
        return Arrays.compareUnsigned(change.bytes(), at, end, data, 0, data.length) > 0;
    }
}
