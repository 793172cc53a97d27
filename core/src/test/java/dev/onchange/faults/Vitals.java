package dev.onchange.faults;

import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.ChangeListeners;
import dev.onchange.checkpoint.CheckpointStore;
import dev.onchange.checkpoint.MongoCheckpointStore;
import dev.onchange.checkpoint.Position;
import dev.onchange.localmongo.LocalMongo;
import dev.onchange.status.HandlerStatus;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.ToLongFunction;
import org.bson.BsonTimestamp;
import org.bson.Document;

/**
 * How this process, the listeners and their server fare at one moment.
 *
 * @param heap bytes in use after a collection of garbage
 * @param cursors open on the server
 * @param connections to the server
 * @param lag how far the position of the last handler is behind the server's time
 * @param saved the same of the positions as they are stored
 * @param oldest how long the oldest unsettled change has been with its handler
 */
record Vitals(long heap, long threads, long cursors, long connections, Duration lag, Duration saved, Duration oldest) {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    static Vitals of(ChangeListeners listeners, LocalMongo mongo, MongoClient client, String stateDatabase) {
        List<HandlerStatus> handlers = listeners.status().handlers();
        CheckpointStore store = new MongoCheckpointStore(client, stateDatabase);
        List<String> ids = handlers.stream().map(HandlerStatus::id).toList();
        Collection<Position> saved = store.load(ids).block(LIMIT).values();
        if (saved.size() < ids.size()) {
            throw new IllegalStateException("of " + ids + " only these are stored: " + saved);
        }
        Document server = mongo.admin(new Document("serverStatus", 1));
        Instant now = server.getDate("localTime").toInstant();
        return new Vitals(
                collected(),
                ManagementFactory.getThreadMXBean().getThreadCount(),
                server.getEmbedded(List.of("metrics", "cursor", "open", "total"), Number.class)
                        .longValue(),
                server.getEmbedded(List.of("connections", "current"), Number.class)
                        .longValue(),
                lag(now, handlers.stream().map(HandlerStatus::position).toList()),
                lag(now, saved),
                handlers.stream()
                        .map(HandlerStatus::oldestUnsettled)
                        .max(Duration::compareTo)
                        .orElseThrow());
    }

    /** Twice, as what only a finalizer or a reference queue held goes with the second. */
    private static long collected() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static Duration lag(Instant now, Collection<Position> positions) {
        BsonTimestamp earliest = positions.stream()
                .map(Position::clusterTime)
                .min(BsonTimestamp::compareTo)
                .orElseThrow();
        return Duration.between(Instant.ofEpochSecond(earliest.getTime()), now);
    }

    static long median(List<Vitals> samples, ToLongFunction<Vitals> figure) {
        long[] sorted = samples.stream().mapToLong(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    static long most(List<Vitals> samples, ToLongFunction<Vitals> figure) {
        return samples.stream().mapToLong(figure).max().orElseThrow();
    }

    static long least(List<Vitals> samples, ToLongFunction<Vitals> figure) {
        return samples.stream().mapToLong(figure).min().orElseThrow();
    }

    @Override
    public String toString() {
        return "heap %.1f MB, %d threads, %d cursors, %d connections, lag %d ms, saved %d ms, oldest unsettled %d ms"
                .formatted(
                        heap / 1e6, threads, cursors, connections, lag.toMillis(), saved.toMillis(), oldest.toMillis());
    }
}
