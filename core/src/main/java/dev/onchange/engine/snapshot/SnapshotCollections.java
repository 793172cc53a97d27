package dev.onchange.engine.snapshot;

import com.mongodb.MongoCommandException;
import com.mongodb.ReadPreference;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.OnChangeException;
import dev.onchange.engine.bson.DocumentId;
import dev.onchange.engine.scan.WatchedScope;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Asks which collections a snapshot has to read. */
public final class SnapshotCollections {

    private static final int UNAUTHORIZED = 13;

    private static final int API_STRICT_ERROR = 323;
    private static final int FIRST_WITH_IDENTITIES = 6;
    private static final int AT_A_TIME = 4;

    private final MongoClient client;
    private final Duration answerTimeout;

    public SnapshotCollections(MongoClient client, Duration answerTimeout) {
        this.client = client;
        this.answerTimeout = answerTimeout;
    }

    /**
     * The collections of a scope that exist, with nothing read of them. Fails with an {@link OnChangeException} if one has
     * keys in an order of its own.
     *
     * @param known which of the documents the handler may have been given
     */
    public Mono<List<CollectionProgress>> of(WatchedScope scope, KnownDocuments<DocumentId> known) {
        return knowsIdentities(scope).flatMap(identities -> of(scope, known, identities));
    }

    private Mono<List<CollectionProgress>> of(
            WatchedScope scope, KnownDocuments<DocumentId> known, boolean identities) {
        return list(scope, false)
                .onErrorResume(
                        error -> error instanceof MongoCommandException refused
                                && refused.getErrorCode() == UNAUTHORIZED,
                        refused -> list(scope, true))
                .flatMapIterable(reply -> reply.getDocument("cursor").getArray("firstBatch"))
                .map(BsonValue::asDocument)
                .filter(found -> !found.getString("name").getValue().startsWith("system."))
                .doOnNext(found -> refuseCollation(scope, found))
                .concatMap(found -> isCapped(found) ? refuseCapped(scope, found).thenReturn(found) : Mono.just(found))
                .map(found -> new SnapshotCollection(
                        scope.database(), found.getString("name").getValue(), identities ? uuid(found) : null))
                .flatMapSequential(
                        collection -> estimated(collection)
                                .map(count ->
                                        new CollectionProgress(collection, SnapshotProgress.begin(known), 0, count)),
                        AT_A_TIME)
                .collectList();
    }

    /** Servers before 6.0 cannot be asked for a collection by its identity: that counts as not known then. */
    private Mono<Boolean> knowsIdentities(WatchedScope scope) {
        return run("admin", new BsonDocument("buildInfo", new BsonInt32(1)))
                .map(server -> !server.containsKey("versionArray")
                        || server.getArray("versionArray").get(0).asNumber().intValue() >= FIRST_WITH_IDENTITIES)
                .onErrorResume(
                        MongoCommandException.class,
                        refused -> refused.getErrorCode() == API_STRICT_ERROR
                                ? Mono.error(strictApi(scope, refused))
                                : Mono.just(true));
    }

    private static OnChangeException strictApi(WatchedScope scope, MongoCommandException refused) {
        return new OnChangeException(
                List.of(
                        new Problem(
                                ProblemCode.SNAPSHOT_IMPOSSIBLE,
                                scope.database(),
                                "The client has a strict Stable API, which lacks the option min of find: without it documents"
                                        + " cannot be read part by part in the order of keys of any types.",
                                "Give the listeners a client whose serverApi is not strict, or begin with startFrom = EARLIEST or NOW.")),
                refused);
    }

    /** @param namesOnly for an account that may read, and not list */
    private Mono<BsonDocument> list(WatchedScope scope, boolean namesOnly) {
        BsonDocument filter = new BsonDocument("type", new BsonString("collection"));
        if (!scope.collection().isEmpty()) {
            filter.append("name", new BsonString(scope.collection()));
        }
        BsonDocument command = new BsonDocument("listCollections", new BsonInt32(1))
                .append("filter", filter)
                .append("cursor", new BsonDocument("batchSize", new BsonInt32(Integer.MAX_VALUE)));
        if (namesOnly) {
            command.append("nameOnly", BsonBoolean.TRUE).append("authorizedCollections", BsonBoolean.TRUE);
        }
        return run(scope.database(), command);
    }

    private static @Nullable UUID uuid(BsonDocument found) {
        return found.get("info") instanceof BsonDocument info && info.get("uuid") instanceof BsonBinary uuid
                ? uuid.asUuid()
                : null;
    }

    private static void refuseCollation(WatchedScope scope, BsonDocument found) {
        if (found.get("options") instanceof BsonDocument options
                && options.get("collation") instanceof BsonDocument collation
                && !new BsonString("simple").equals(collation.get("locale"))) {
            throw new OnChangeException(
                    List.of(
                            new Problem(
                                    ProblemCode.SNAPSHOT_IMPOSSIBLE,
                                    scope.database() + "."
                                            + found.getString("name").getValue(),
                                    "The collection has the default collation " + collation.toJson()
                                            + ", so that its _ids have an order that only the server knows, and cannot be read part by part.",
                                    "Begin with startFrom = EARLIEST or NOW, or copy the documents into a collection without a collation.")));
        }
    }

    private static boolean isCapped(BsonDocument found) {
        return found.get("options") instanceof BsonDocument options
                && options.get("capped") instanceof BsonBoolean capped
                && capped.getValue();
    }

    /** As of one time, as 6.0 says; it does so with the code of a read that may succeed later. */
    private Mono<BsonDocument> refuseCapped(WatchedScope scope, BsonDocument found) {
        BsonString name = found.getString("name");
        BsonDocument probe = new BsonDocument("find", name)
                .append("limit", new BsonInt32(1))
                .append("singleBatch", BsonBoolean.TRUE)
                .append("readConcern", new BsonDocument("level", new BsonString("snapshot")));
        return run(scope.database(), probe)
                .onErrorMap(
                        MongoCommandException.class,
                        refused -> new OnChangeException(
                                List.of(
                                        new Problem(
                                                ProblemCode.SNAPSHOT_IMPOSSIBLE,
                                                scope.database() + "." + name.getValue(),
                                                "The collection is capped, and this server does not read it as of one time: "
                                                        + refused.getErrorMessage() + ".",
                                                "Begin with startFrom = EARLIEST or NOW; of a database, watch its other collections one by one.")),
                                refused));
    }

    private Mono<Long> estimated(SnapshotCollection collection) {
        return run(collection.database(), new BsonDocument("count", new BsonString(collection.name())))
                .map(reply -> reply.getNumber("n", new BsonInt64(0)).longValue())
                // It only serves to tell how much is left.
                .onErrorReturn(MongoCommandException.class, 0L);
    }

    private Mono<BsonDocument> run(String name, BsonDocument command) {
        MongoDatabase database = client.getDatabase(name).withTimeout(answerTimeout.toMillis(), TimeUnit.MILLISECONDS);
        return Mono.defer(() -> Mono.from(database.runCommand(command, ReadPreference.primary(), BsonDocument.class)));
    }
}
