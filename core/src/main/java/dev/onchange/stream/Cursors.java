package dev.onchange.stream;

import com.mongodb.MongoClientSettings;
import com.mongodb.MongoNamespace;
import com.mongodb.ReadConcern;
import com.mongodb.client.model.changestream.FullDocument;
import com.mongodb.client.model.changestream.FullDocumentBeforeChange;
import com.mongodb.reactivestreams.client.AggregatePublisher;
import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.Scope;
import dev.onchange.plan.StreamPlan;
import dev.onchange.scan.DocumentOptions;
import dev.onchange.scan.Watched;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Opens the cursors of change streams, with the driver's {@code aggregate} instead of its {@code watch}: the latter
 * opens a broken cursor again by itself, at once, for ever and out of sight.
 */
final class Cursors {

    private final MongoClient client;
    private final Duration maxAwaitTime;

    Cursors(MongoClient client, Duration maxAwaitTime) {
        this.client = client;
        this.maxAwaitTime = maxAwaitTime;
    }

    /** The whole events, raw. */
    Flux<RawBsonDocument> read(StreamPlan plan, List<BsonDocument> pipeline, Opening opening, int batchSize) {
        return Flux.from(aggregate(plan.scope(), stages(plan, pipeline, opening))
                .batchSize(batchSize)
                .maxAwaitTime(maxAwaitTime.toMillis(), TimeUnit.MILLISECONDS)
                .comment("onchange " + plan.name()));
    }

    /** Completes if the server would open the stream, with nothing left open. */
    Mono<Void> probe(StreamPlan plan, Opening opening) {
        BsonDocument command = new BsonDocument(
                        "aggregate",
                        plan.scope().scope() == Scope.COLLECTION
                                ? new BsonString(plan.scope().collection())
                                : new BsonInt32(1))
                .append("pipeline", new BsonArray(stages(plan, plan.pipeline(), opening)))
                .append("cursor", new BsonDocument("batchSize", new BsonInt32(0)))
                .append("readConcern", ReadConcern.MAJORITY.asDocument());
        MongoDatabase database = database(plan.scope());
        // Should the cursor not be killed, it ends with its session.
        return Mono.usingWhen(
                client.startSession(),
                session -> Mono.from(
                                database.runCommand(session, command, database.getReadPreference(), BsonDocument.class))
                        .flatMap(reply -> kill(database, session, reply.getDocument("cursor"))),
                ChangeStreams::closed);
    }

    private Mono<Void> kill(MongoDatabase database, ClientSession session, BsonDocument cursor) {
        String collection = new MongoNamespace(cursor.getString("ns").getValue()).getCollectionName();
        BsonDocument command = new BsonDocument("killCursors", new BsonString(collection))
                .append("cursors", new BsonArray(List.of(cursor.get("id"))));
        return Mono.from(database.runCommand(session, command)).then();
    }

    private AggregatePublisher<RawBsonDocument> aggregate(Watched scope, List<BsonDocument> stages) {
        MongoDatabase database = database(scope);
        return scope.scope() == Scope.COLLECTION
                ? database.getCollection(scope.collection(), RawBsonDocument.class)
                        .aggregate(stages)
                : database.aggregate(stages, RawBsonDocument.class);
    }

    private MongoDatabase database(Watched scope) {
        MongoDatabase database = client.getDatabase(scope.scope() == Scope.DEPLOYMENT ? "admin" : scope.database())
                .withCodecRegistry(MongoClientSettings.getDefaultCodecRegistry())
                .withReadConcern(ReadConcern.MAJORITY);
        // A client-wide time-out would end the cursor, which has to live longer than any operation.
        return database.getTimeout(TimeUnit.MILLISECONDS) == null
                ? database
                : database.withTimeout(0, TimeUnit.MILLISECONDS);
    }

    private static List<BsonDocument> stages(StreamPlan plan, List<BsonDocument> pipeline, Opening opening) {
        BsonDocument options = opening.addTo(options(plan.documents()));
        if (plan.scope().scope() == Scope.DEPLOYMENT) {
            options.append("allChangesForCluster", BsonBoolean.TRUE);
        }
        List<BsonDocument> stages = new ArrayList<>();
        stages.add(new BsonDocument("$changeStream", options));
        stages.addAll(pipeline);
        return stages;
    }

    private static BsonDocument options(DocumentOptions documents) {
        BsonDocument options = new BsonDocument();
        if (documents.fullDocument() != FullDocument.DEFAULT) {
            options.append(
                    "fullDocument", new BsonString(documents.fullDocument().getValue()));
        }
        if (documents.fullDocumentBeforeChange() != FullDocumentBeforeChange.DEFAULT) {
            options.append(
                    "fullDocumentBeforeChange",
                    new BsonString(documents.fullDocumentBeforeChange().getValue()));
        }
        if (documents.expandedEvents()) {
            options.append("showExpandedEvents", BsonBoolean.TRUE);
        }
        return options;
    }
}
