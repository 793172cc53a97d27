package dev.onchange.engine.stream;

import com.mongodb.MongoClientSettings;
import com.mongodb.ReadConcern;
import com.mongodb.client.model.Collation;
import com.mongodb.reactivestreams.client.AggregatePublisher;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.Scope;
import dev.onchange.engine.bson.AllFields;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.scan.WatchedScope;
import dev.onchange.engine.stream.CursorReply.ServerCursor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.codecs.configuration.CodecRegistries;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Opens the cursors of change streams, with the driver's {@code aggregate} instead of its {@code watch}: the latter
 * reopens a broken cursor by itself, at once, forever, and without reporting it.
 */
final class Cursors {

    private static final String AGGREGATE = "aggregate";

    /** A healthy server answers such a command at once. */
    private static final long ANSWER_SECONDS = 5;

    private final MongoClient client;
    private final Duration maxAwaitTime;

    Cursors(MongoClient client, Duration maxAwaitTime) {
        this.client = client;
        this.maxAwaitTime = maxAwaitTime;
    }

    /** The whole events, a reply at a time. */
    Flux<EventBatch> read(StreamPlan plan, List<BsonDocument> pipeline, CursorStart cursorStart, int batchSize) {
        return read(plan, stages(plan, pipeline, cursorStart), batchSize, () -> null);
    }

    /**
     * The same.
     *
     * @param copies gives the events of the reply that is decoded, if the driver has made a copy of them
     */
    Flux<EventBatch> read(
            StreamPlan plan, List<BsonDocument> stages, int batchSize, Supplier<@Nullable ReplyEvents> copies) {
        return Flux.from(aggregate(plan.scope(), stages, new EventBatchCodec(copies))
                .batchSize(batchSize)
                .maxAwaitTime(maxAwaitTime.toMillis(), TimeUnit.MILLISECONDS)
                .collation(plan.collation())
                .comment(plan.comment()));
    }

    /** The server's first reply, with nothing left open: it has looked through its history if a batch was wanted. */
    Mono<CursorReply> ask(StreamPlan plan, List<BsonDocument> pipeline, CursorStart cursorStart, int batchSize) {
        return ask(plan, command(plan, pipeline, cursorStart, batchSize));
    }

    /** The same, unless the server takes longer than that: then it fails with 50. */
    Mono<CursorReply> ask(StreamPlan plan, List<BsonDocument> pipeline, CursorStart cursorStart, Duration limit) {
        return ask(plan, command(plan, pipeline, cursorStart, 1).append("maxTimeMS", new BsonInt64(limit.toMillis())));
    }

    private static BsonDocument command(
            StreamPlan plan, List<BsonDocument> pipeline, CursorStart cursorStart, int batchSize) {
        Collation collation = plan.collation();
        BsonDocument command = new BsonDocument(AGGREGATE, target(plan.scope()))
                .append("pipeline", new BsonArray(stages(plan, pipeline, cursorStart)))
                .append("cursor", new BsonDocument("batchSize", new BsonInt32(batchSize)))
                .append("readConcern", ReadConcern.MAJORITY.asDocument())
                .append("comment", new BsonString(plan.comment()));
        return collation == null ? command : command.append("collation", collation.asDocument());
    }

    private Mono<CursorReply> ask(StreamPlan plan, BsonDocument command) {
        MongoDatabase database = database(plan.scope());
        // Should the cursor not be killed, it ends with its session.
        return Mono.usingWhen(
                client.startSession(),
                session -> Mono.from(database.runCommand(
                                session, command, database.getReadPreference(), RawBsonDocument.class))
                        .map(response -> CursorReply.of(AGGREGATE, response))
                        .flatMap(reply -> kill(reply.cursor()).thenReturn(reply)),
                session -> Mono.fromRunnable(session::close));
    }

    private static BsonValue target(WatchedScope scope) {
        return scope.scope() == Scope.COLLECTION ? new BsonString(scope.collection()) : new BsonInt32(1);
    }

    /**
     * Has the server close a cursor, whether or not it is busy with it; never fails. A cursor that waits for changes is
     * closed at the next write of any client, or when the wait is over (seen on 6.0).
     */
    Mono<Void> kill(@Nullable ServerCursor cursor) {
        // The cursor is closed already, or will be when the server finds it idle.
        return cursor == null ? Mono.empty() : killOrFail(cursor).onErrorComplete();
    }

    /** The same, but fails if the command does. */
    Mono<Void> killOrFail(ServerCursor cursor) {
        BsonDocument command = new BsonDocument(
                        "killCursors", new BsonString(cursor.namespace().getCollectionName()))
                .append("cursors", new BsonArray(List.of(new BsonInt64(cursor.id()))));
        return Mono.defer(() -> Mono.from(client.getDatabase(cursor.namespace().getDatabaseName())
                        .withTimeout(ANSWER_SECONDS, TimeUnit.SECONDS)
                        .runCommand(command)))
                .then();
    }

    /** Fails unless the server answers soon; then the driver has closed the connection, and takes another next time. */
    Mono<Void> ping() {
        return Mono.from(client.getDatabase("admin")
                        .withTimeout(ANSWER_SECONDS, TimeUnit.SECONDS)
                        .runCommand(new BsonDocument("ping", new BsonInt32(1))))
                .then();
    }

    private AggregatePublisher<EventBatch> aggregate(
            WatchedScope scope, List<BsonDocument> stages, EventBatchCodec codec) {
        MongoDatabase database = database(scope)
                .withCodecRegistry(CodecRegistries.fromRegistries(
                        CodecRegistries.fromCodecs(codec), MongoClientSettings.getDefaultCodecRegistry()));
        return scope.scope() == Scope.COLLECTION
                ? database.getCollection(scope.collection(), EventBatch.class).aggregate(stages)
                : database.aggregate(stages, EventBatch.class);
    }

    private MongoDatabase database(WatchedScope scope) {
        MongoDatabase database = client.getDatabase(scope.scope() == Scope.DEPLOYMENT ? "admin" : scope.database())
                .withReadConcern(ReadConcern.MAJORITY);
        // A client-wide time-out would end the cursor, which has to live longer than any operation.
        return database.getTimeout(TimeUnit.MILLISECONDS) == null
                ? database
                : database.withTimeout(0, TimeUnit.MILLISECONDS);
    }

    static List<BsonDocument> stages(StreamPlan plan, List<BsonDocument> pipeline, CursorStart cursorStart) {
        BsonDocument options = cursorStart.addTo(plan.documents().toStageOptions(plan.scope()));
        List<BsonDocument> stages = new ArrayList<>();
        stages.add(new BsonDocument("$changeStream", options));
        pipeline.forEach(stage -> stages.add(AllFields.of(stage)));
        return stages;
    }
}
