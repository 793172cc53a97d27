package dev.onchange.engine.check;

import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import reactor.core.publisher.Mono;

/** What the server says about itself, each answer possibly refused. */
record ServerFacts(Answer hello, Answer buildInfo, Answer status, Answer configuration) {

    /** The parts of the status that are long and not needed. */
    private static final BsonDocument STATUS = BsonDocument.parse(
            "{serverStatus: 1, oplog: 1, metrics: 0, locks: 0, wiredTiger: 0, tcmalloc: 0, transactions: 0, network: 0}");

    static Mono<ServerFacts> of(ServerQuestions server, BsonDocument hello) {
        return Mono.zip(
                        server.ask("admin", command("buildInfo")),
                        server.ask("admin", STATUS),
                        server.ask("admin", command("replSetGetConfig")))
                .map(answers ->
                        new ServerFacts(new Answer.Given(hello), answers.getT1(), answers.getT2(), answers.getT3()));
    }

    static BsonDocument command(String name) {
        return new BsonDocument(name, new BsonInt32(1));
    }

    Optional<ServerVersion> version() {
        return buildInfo.map(ServerVersion::of);
    }

    boolean isAtLeast(ServerVersion version) {
        return version().map(found -> found.isAtLeast(version)).orElse(false);
    }

    /** Whether the client is connected to a sharded cluster's router. */
    boolean isRouter() {
        return hello.map(reply -> reply.getString("msg", new BsonString("")).getValue())
                .filter("isdbgrid"::equals)
                .isPresent();
    }

    Optional<String> replicaSet() {
        return hello.map(reply ->
                reply.containsKey("setName") ? reply.getString("setName").getValue() : null);
    }

    /** The oldest entry of the oplog, if the status tells. */
    Optional<BsonTimestamp> oldestEntry() {
        return status.map(reply ->
                reply.containsKey("oplog") ? reply.getDocument("oplog").getTimestamp("earliestOptime", null) : null);
    }

    /** The server's time of its last operation when it was first asked; zero where it keeps none. */
    BsonTimestamp operationTime() {
        return hello.map(reply -> reply.getTimestamp("operationTime", null)).orElseGet(() -> new BsonTimestamp(0));
    }
}
