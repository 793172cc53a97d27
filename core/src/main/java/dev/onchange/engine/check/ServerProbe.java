package dev.onchange.engine.check;

import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.engine.scan.WatchedScope;
import dev.onchange.engine.timing.Timing;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonTimestamp;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Asks the server the few questions on which a start depends. Safe for use by several threads. */
public final class ServerProbe {

    /** Streams opened at a time, only to be closed again: the client's pool may be small. */
    private static final int CONCURRENCY = 8;

    private static final int WIRE_VERSION_6_0 = 17;

    private static final BsonInt32 NONE = new BsonInt32(0);

    private final MongoClient client;
    private final ServerQuestions server;

    /**
     * @param client stays the caller's to close
     * @param timing of what is asked again
     */
    public ServerProbe(MongoClient client, Timing timing) {
        this.client = client;
        this.server = new ServerQuestions(client, timing);
    }

    /**
     * The server's time of now, in the clock of the oplog: every later change has a later time. Fails with the driver's
     * exceptions, and with an {@link IllegalStateException} on a standalone, which has no such time.
     */
    public Mono<BsonTimestamp> operationTime() {
        return Mono.usingWhen(client.startSession(), this::operationTime, session -> Mono.fromRunnable(session::close));
    }

    private Mono<BsonTimestamp> operationTime(ClientSession session) {
        return Mono.from(client.getDatabase("admin")
                        .runCommand(
                                session, ServerFacts.command("ping"), client.getReadPreference(), BsonDocument.class))
                .flatMap(reply -> Mono.justOrEmpty(session.getOperationTime()))
                .switchIfEmpty(Mono.error(() -> new IllegalStateException("the server keeps no operation time")));
    }

    /** The version of the server that the client reads from. Fails with the driver's exceptions. */
    public Mono<ServerVersion> serverVersion() {
        return Mono.from(client.getDatabase("admin")
                        .runCommand(ServerFacts.command("buildInfo"), client.getReadPreference(), BsonDocument.class))
                .map(ServerVersion::of);
    }

    /**
     * Whether a query may name the identity of its collection, and is refused by another collection of the same name:
     * servers before 6.0, and clients with a strict API version, do not know {@code find} with a {@code
     * collectionUUID}. Asks no question that such a server refuses: refused commands count in the client's metrics. Does not
     * fail.
     */
    public Mono<Boolean> tellsCollectionsApart() {
        return server.ask("admin", ServerFacts.command("hello"))
                .map(answer -> answer.map(
                                hello -> hello.getNumber("maxWireVersion", NONE).intValue() >= WIRE_VERSION_6_0)
                        .orElse(false))
                .flatMap(known -> known
                        // It needs no privilege, and is in no API version.
                        ? server.ask("admin", ServerFacts.command("whatsmyuri")).map(Answer.Given.class::isInstance)
                        : Mono.just(false));
    }

    /** The scopes on which the account may not open a change stream. Fails with the driver's exceptions. */
    public Mono<Set<WatchedScope>> refused(Collection<WatchedScope> scopes) {
        StreamOpening opening = new StreamOpening(server);
        return Flux.fromIterable(scopes)
                .distinct()
                .filterWhen(
                        scope -> opening.attempt(StreamCommand.plain(scope))
                                .map(answer -> answer instanceof Answer.NotAllowed),
                        CONCURRENCY)
                .collect(Collectors.toUnmodifiableSet());
    }
}
