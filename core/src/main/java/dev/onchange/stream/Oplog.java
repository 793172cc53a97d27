package dev.onchange.stream;

import com.mongodb.MongoClientSettings;
import com.mongodb.MongoException;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.Sorts;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoDatabase;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInvalidOperationException;
import org.bson.BsonTimestamp;
import reactor.core.publisher.Mono;

/** Asks the server from when to when its history reaches. */
final class Oplog {

    private final MongoClient client;

    Oplog(MongoClient client) {
        this.client = client;
    }

    /** The present time: what is written from now on has a later one. */
    Mono<BsonTimestamp> now() {
        return Mono.usingWhen(
                client.startSession(),
                session -> Mono.from(admin().runCommand(
                                        session, new BsonDocument("hello", new BsonInt32(1)), BsonDocument.class))
                        .map(Oplog::time),
                session -> Mono.fromRunnable(session::close));
    }

    private static BsonTimestamp time(BsonDocument reply) {
        return reply.containsKey("operationTime")
                ? reply.getTimestamp("operationTime")
                : reply.getDocument("$clusterTime").getTimestamp("clusterTime");
    }

    /** The oldest entry: read from the oplog itself if the account may, else asked of {@code serverStatus}. */
    Mono<BsonTimestamp> oldest() {
        return oldestEntry().onErrorResume(MongoException.class, notAllowed -> earliestInStatus());
    }

    private Mono<BsonTimestamp> oldestEntry() {
        return Mono.from(client.getDatabase("local")
                        .withCodecRegistry(MongoClientSettings.getDefaultCodecRegistry())
                        .getCollection("oplog.rs", BsonDocument.class)
                        .find()
                        .sort(Sorts.ascending("$natural"))
                        .projection(Projections.include("ts"))
                        .first())
                .map(entry -> entry.getTimestamp("ts"));
    }

    private Mono<BsonTimestamp> earliestInStatus() {
        BsonDocument command = new BsonDocument("serverStatus", new BsonInt32(1)).append("oplog", new BsonInt32(1));
        return Mono.from(admin().runCommand(command, BsonDocument.class))
                .map(status -> status.getDocument("oplog").getTimestamp("earliestOptime"))
                // Routers of a sharded cluster have no oplog.
                .onErrorMap(
                        BsonInvalidOperationException.class, none -> new MongoException("No oplog is told of", none));
    }

    private MongoDatabase admin() {
        return client.getDatabase("admin").withCodecRegistry(MongoClientSettings.getDefaultCodecRegistry());
    }
}
