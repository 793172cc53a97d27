package dev.onchange.console;

import com.mongodb.ReadConcern;
import com.mongodb.reactivestreams.client.MongoClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The changes of the last minutes. The server looks for them in all that was written since, so it is asked for as much as it finds in
 * a moment: it gives up by itself, and then, or where there are more than can be looked at, it is asked for less.
 */
final class PastChanges {

    private static final List<Duration> BACK =
            List.of(Duration.ofMinutes(10), Duration.ofMinutes(1), Duration.ofSeconds(10), Duration.ofSeconds(1));

    private static final int MOST = 500;

    /** The server may look for so long. */
    private static final Duration LOOK = Duration.ofMillis(300);

    /** A server that does not answer in this time is away, and the stream will say so. */
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private final MongoClient client;

    PastChanges(MongoClient client) {
        this.client = client;
    }

    /**
     * Those of a namespace.
     *
     * @param options of the stage {@code $changeStream}
     * @return empty if they are not to be had: what is wrong will fail the stream too
     */
    Mono<Found> until(Instant now, OpenTails.Tail tail, BsonDocument options) {
        return Flux.fromIterable(BACK)
                .concatMap(back -> asked(now.minus(back), tail, options), 1)
                .filter(found -> !found.more || found.since.equals(now.minus(BACK.get(BACK.size() - 1))))
                .next()
                .timeout(ANSWER, Mono.empty());
    }

    private Mono<Found> asked(Instant since, OpenTails.Tail tail, BsonDocument options) {
        BsonDocument stage = options.clone()
                .append("startAtOperationTime", new BsonTimestamp(Math.toIntExact(since.getEpochSecond()), 0));
        String collection = tail.collection();
        BsonDocument command = new BsonDocument(
                        "aggregate", collection == null ? new BsonInt32(1) : new BsonString(collection))
                .append("pipeline", new BsonArray(List.of(new BsonDocument("$changeStream", stage))))
                .append("cursor", new BsonDocument("batchSize", new BsonInt32(MOST)))
                .append("readConcern", ReadConcern.MAJORITY.asDocument())
                .append("maxTimeMS", new BsonInt64(LOOK.toMillis()));
        return Mono.from(client.getDatabase(database(tail)).runCommand(command, RawBsonDocument.class))
                .map(reply -> reply.getDocument("cursor"))
                .delayUntil(this::close)
                .map(cursor -> found(since, cursor))
                .onErrorComplete();
    }

    private static Found found(Instant since, BsonDocument cursor) {
        List<RawBsonDocument> changes = cursor.getArray("firstBatch").stream()
                .map(change -> (RawBsonDocument) change)
                .toList();
        BsonValue end = cursor.get("postBatchResumeToken");
        return new Found(since, changes, changes.size() >= MOST, end instanceof BsonDocument token ? token : null);
    }

    /** A cursor that is left open ends after some minutes by itself. */
    private Mono<BsonDocument> close(BsonDocument cursor) {
        String namespace = cursor.getString("ns").getValue();
        int dot = namespace.indexOf('.');
        BsonDocument kill = new BsonDocument("killCursors", new BsonString(namespace.substring(dot + 1)))
                .append("cursors", new BsonArray(List.of(cursor.get("id"))));
        return Mono.from(client.getDatabase(namespace.substring(0, dot)).runCommand(kill, BsonDocument.class))
                .onErrorComplete();
    }

    private static String database(OpenTails.Tail tail) {
        return tail.database() == null ? "admin" : tail.database();
    }

    /**
     * What the server has answered.
     *
     * @param more whether there are more of that time
     * @param end where a stream goes on from; null if the server does not say
     */
    record Found(
            Instant since,
            List<RawBsonDocument> changes,
            boolean more,
            @Nullable BsonDocument end) {}
}
