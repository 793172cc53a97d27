package dev.onchange.engine.stream;

import com.mongodb.MongoClientSettings;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.Sorts;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInvalidOperationException;
import org.bson.BsonTimestamp;
import org.bson.conversions.Bson;
import reactor.core.publisher.Mono;

/** Asks the server from when to when its history reaches. */
final class Oplog {

    private static final BsonDocument FIRST_ENTRY = BsonDocument.parse(
            "{find: 'oplog.rs', sort: {$natural: 1}, projection: {ts: 1}, limit: 1, singleBatch: true}");

    /** Without the sections that are costly; servers that do not know one of them pass over it. */
    private static final BsonDocument STATUS = BsonDocument.parse("{serverStatus: 1, oplog: 1, metrics: 0, locks: 0,"
            + " wiredTiger: 0, tcmalloc: 0, repl: 0, opLatencies: 0, transactions: 0, logicalSessionRecordCache: 0}");

    private final MongoClient client;
    private final Duration answerTimeout;

    /** The commands that tell the history, the best one first. */
    private final List<Mono<OplogWindow>> ways;

    private volatile int way;

    /** @param answerTimeout when it is over, a question has failed and its connection, which may be dead, is closed */
    Oplog(MongoClient client, Duration answerTimeout) {
        this.client = client;
        this.answerTimeout = answerTimeout;
        this.ways = List.of(byFirstEntry(), byStatus(), withoutOldest());
    }

    /** From when to when it reaches: one command, once it is known which one the account may give. */
    Mono<OplogWindow> history() {
        return Mono.defer(() -> {
            int present = way;
            return present == ways.size() - 1
                    ? ways.get(present)
                    : ways.get(present).onErrorResume(Oplog::isRefused, refused -> {
                        way = present + 1;
                        return history();
                    });
        });
    }

    /** As opposed to a server that cannot be reached; routers of a sharded cluster have no oplog. */
    private static boolean isRefused(Throwable error) {
        return error instanceof MongoCommandException
                || error instanceof BsonInvalidOperationException
                || error instanceof IndexOutOfBoundsException;
    }

    private Mono<OplogWindow> byFirstEntry() {
        return run("local", FIRST_ENTRY)
                .map(reply -> new OplogWindow(
                        reply.getDocument("cursor")
                                .getArray("firstBatch")
                                .get(0)
                                .asDocument()
                                .getTimestamp("ts"),
                        time(reply)));
    }

    private Mono<OplogWindow> byStatus() {
        return run("admin", STATUS)
                .map(reply -> new OplogWindow(reply.getDocument("oplog").getTimestamp("earliestOptime"), time(reply)));
    }

    private Mono<OplogWindow> withoutOldest() {
        return Mono.defer(this::now).map(now -> new OplogWindow(null, now));
    }

    private Mono<BsonDocument> run(String database, BsonDocument command) {
        return Mono.defer(() -> Mono.from(database(database).runCommand(command, BsonDocument.class)));
    }

    /** The present time: later writes have a later one. */
    Mono<BsonTimestamp> now() {
        return present().map(ServerTime::time);
    }

    Mono<ServerTime> present() {
        return Mono.usingWhen(
                client.startSession(),
                session -> Mono.from(database("admin")
                                .runCommand(session, new BsonDocument("hello", new BsonInt32(1)), BsonDocument.class))
                        .map(ServerTime::of),
                session -> Mono.fromRunnable(session::close));
    }

    /** Whether the oplog reaches back to that time and yet has no entry of it; false if it may not be read. */
    Mono<Boolean> lacks(BsonTimestamp time) {
        return Mono.zip(entry(Filters.eq("ts", time)), entry(Filters.empty()), (found, oldest) -> {
                    boolean reaches = !oldest.isEmpty() && oldest.get().compareTo(time) <= 0;
                    return reaches && found.isEmpty();
                })
                .onErrorReturn(MongoException.class::isInstance, false);
    }

    private Mono<Optional<BsonTimestamp>> entry(Bson filter) {
        return Mono.from(database("local")
                        .getCollection("oplog.rs", BsonDocument.class)
                        .find(filter)
                        .sort(Sorts.ascending("$natural"))
                        .projection(Projections.include("ts"))
                        .first())
                .map(entry -> Optional.of(entry.getTimestamp("ts")))
                .defaultIfEmpty(Optional.empty());
    }

    private static BsonTimestamp time(BsonDocument reply) {
        return reply.containsKey("operationTime")
                ? reply.getTimestamp("operationTime")
                : reply.getDocument("$clusterTime").getTimestamp("clusterTime");
    }

    /**
     * The oldest entry: read from the oplog itself if the account may, else asked of {@code serverStatus}. Fails if
     * neither tells, as through a router, where the oplog reads as empty.
     */
    Mono<BsonTimestamp> oldest() {
        return entry(Filters.empty())
                .onErrorReturn(MongoException.class::isInstance, Optional.empty())
                .flatMap(oldest -> oldest.map(Mono::just).orElseGet(this::earliestInStatus));
    }

    private Mono<BsonTimestamp> earliestInStatus() {
        BsonDocument command = new BsonDocument("serverStatus", new BsonInt32(1)).append("oplog", new BsonInt32(1));
        return Mono.from(database("admin").runCommand(command, BsonDocument.class))
                .map(status -> status.getDocument("oplog").getTimestamp("earliestOptime"))
                // Routers of a sharded cluster have no oplog.
                .onErrorMap(
                        BsonInvalidOperationException.class, none -> new MongoException("No oplog is told of", none));
    }

    private MongoDatabase database(String name) {
        return client.getDatabase(name)
                .withCodecRegistry(MongoClientSettings.getDefaultCodecRegistry())
                .withTimeout(answerTimeout.toMillis(), TimeUnit.MILLISECONDS);
    }
}
