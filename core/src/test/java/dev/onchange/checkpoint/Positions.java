package dev.onchange.checkpoint;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonTimestamp;

/** Positions for tests: number n is later than number n - 1. */
public final class Positions {

    private Positions() {}

    public static Position position(int n) {
        BsonDocument token = new BsonDocument("_data", new BsonString("82%08X".formatted(n)));
        return new Position(token, new BsonTimestamp(1_700_000_000 + n, 1), "fingerprint");
    }

    /** Handlers {@code h0}, {@code h1}, … at one position. */
    public static Map<String, Position> all(int count, int n) {
        return IntStream.range(0, count).boxed().collect(Collectors.toMap(i -> "h" + i, i -> position(n)));
    }
}
