package dev.onchange.engine.check;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonValue;

/**
 * The version of a server.
 *
 * @param major for example 6
 * @param minor for example 0
 * @param patch for example 9
 */
public record ServerVersion(int major, int minor, int patch) implements Comparable<ServerVersion> {

    private static final Comparator<ServerVersion> ORDER = Comparator.comparingInt(ServerVersion::major)
            .thenComparingInt(ServerVersion::minor)
            .thenComparingInt(ServerVersion::patch);

    /** The first that opens streams at a time, on databases and on the deployment. */
    static final ServerVersion OLDEST = new ServerVersion(4, 0, 0);

    /** The first with {@code startAfter}, and that serves streams whether or not majority reads are enabled. */
    static final ServerVersion WITH_START_AFTER = new ServerVersion(4, 2, 0);

    /** The first with the stage {@code $documents}. */
    static final ServerVersion WITH_DOCUMENTS = new ServerVersion(5, 1, 0);

    /** The first with reads at a time that it tells. */
    static final ServerVersion WITH_SNAPSHOT_READS = new ServerVersion(5, 0, 0);

    /** The first with images before and after a change, and with expanded events. */
    static final ServerVersion WITH_IMAGES = new ServerVersion(6, 0, 0);

    /** The first with {@code $changeStreamSplitLargeEvent}. */
    static final ServerVersion WITH_SPLIT = new ServerVersion(6, 0, 9);

    /** From the reply to {@code buildInfo}. */
    static ServerVersion of(BsonDocument buildInfo) {
        List<BsonValue> parts =
                buildInfo.getArray("versionArray", new org.bson.BsonArray()).getValues();
        List<Integer> numbers = Stream.concat(parts.stream(), Stream.generate(() -> new BsonInt32(0)))
                .limit(3)
                .map(part -> part.asNumber().intValue())
                .toList();
        return new ServerVersion(numbers.get(0), numbers.get(1), numbers.get(2));
    }

    /** Whether it is this version or a later one. */
    public boolean isAtLeast(ServerVersion other) {
        return compareTo(other) >= 0;
    }

    /** Whether the server can split events that are larger than a document may be (6.0.9 and later). */
    public boolean splitsLargeEvents() {
        return isAtLeast(WITH_SPLIT);
    }

    @Override
    public int compareTo(ServerVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch;
    }
}
