package dev.onchange.engine.snapshot;

import com.mongodb.MongoCommandException;
import com.mongodb.ReadPreference;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.OnChangeException;
import dev.onchange.engine.bson.DocumentId;
import dev.onchange.engine.message.Reason;
import dev.onchange.engine.scan.WatchedScope;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Asks which collections a snapshot has to read. */
public final class SnapshotCollections {

    private static final int API_STRICT_ERROR = 323;
    private static final int FIRST_WITH_IDENTITIES = 6;

    /** So many collections a reply tells of: else the driver asks for as many as are wanted next, which are few. */
    private static final int LISTED = 10_000;

    /** So many collections are asked at a time how many documents they have. */
    private static final int AT_A_TIME = 8;

    /** So long, however many there are. */
    private static final Duration ESTIMATING = Duration.ofSeconds(3);

    /** Of so many, the counts are kept for so long: each partition of a handler asks for them. */
    private static final int MANY = 100;

    private static final Duration KEPT = Duration.ofSeconds(10);

    /** What is kept of them stands in one document, which the server takes up to 16 MB. */
    private static final int MOST_BYTES = 8 * 1024 * 1024;

    private static final int BYTES_BESIDE_NAME = 100;

    private final MongoClient client;
    private final Duration answerTimeout;
    private final Scheduler timer;
    private volatile @Nullable Estimates last;

    /** How many documents collections have. */
    private record Estimates(List<SnapshotCollection> collections, Mono<List<Long>> counts) {}

    public SnapshotCollections(MongoClient client, Duration answerTimeout, Scheduler timer) {
        this.client = client;
        this.answerTimeout = answerTimeout;
        this.timer = timer;
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
                .onErrorResume(Reason::isUnauthorized, refused -> list(scope, true))
                .filter(found -> !found.getString("name").getValue().startsWith("system."))
                .doOnNext(found -> refuseCollation(scope, found))
                .concatMap(found -> isCapped(found) ? refuseCapped(scope, found).thenReturn(found) : Mono.just(found))
                .map(found -> new SnapshotCollection(
                        scope.database(), found.getString("name").getValue(), identities ? uuid(found) : null))
                .collectList()
                .doOnNext(found -> refuseTooMany(scope, found))
                .flatMap(found -> estimates(found).map(counts -> begun(found, counts, known)));
    }

    private Mono<List<Long>> estimates(List<SnapshotCollection> collections) {
        if (collections.size() < MANY) {
            return counts(collections);
        }
        Estimates known = last;
        if (known == null || !known.collections().equals(collections)) {
            known = new Estimates(collections, counts(collections).cache(KEPT, timer));
            last = known;
        }
        return known.counts();
    }

    private Mono<List<Long>> counts(List<SnapshotCollection> collections) {
        return Flux.fromIterable(collections)
                .flatMapSequential(this::estimated, AT_A_TIME)
                .take(ESTIMATING, timer)
                .collectList();
    }

    /** For what could not be counted in time counts the average. */
    private static List<CollectionProgress> begun(
            List<SnapshotCollection> collections, List<Long> counts, KnownDocuments<DocumentId> known) {
        long average =
                (long) counts.stream().mapToLong(Long::longValue).average().orElse(0);
        List<CollectionProgress> begun = new ArrayList<>();
        for (SnapshotCollection each : collections) {
            long estimated = begun.size() < counts.size() ? counts.get(begun.size()) : average;
            begun.add(new CollectionProgress(each, SnapshotProgress.begin(known), 0, estimated));
        }
        return begun;
    }

    private static void refuseTooMany(WatchedScope scope, List<SnapshotCollection> found) {
        long bytes = found.stream()
                .mapToLong(each -> each.name().length() + BYTES_BESIDE_NAME)
                .sum();
        if (bytes > MOST_BYTES) {
            throw new OnChangeException(List.of(new Problem(
                    ProblemCode.SNAPSHOT_IMPOSSIBLE,
                    scope.database(),
                    "The database has " + found.size()
                            + " collections: which of them were read would not fit into the one document that keeps"
                            + " it.",
                    "Watch its collections one by one, or begin with startFrom = EARLIEST or NOW.")));
        }
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
                List.of(new Problem(
                        ProblemCode.SNAPSHOT_IMPOSSIBLE,
                        scope.database(),
                        "The client has a strict Stable API, which lacks the option min of find: without it"
                                + " documents cannot be read part by part in the order of keys of any types.",
                        "Give the listeners a client whose serverApi is not strict, or begin with startFrom ="
                                + " EARLIEST or NOW.")),
                refused);
    }

    /** @param namesOnly for an account that may read, and not list */
    private Flux<BsonDocument> list(WatchedScope scope, boolean namesOnly) {
        BsonDocument filter = new BsonDocument("type", new BsonString("collection"));
        if (!scope.collection().isEmpty()) {
            filter.append("name", new BsonString(scope.collection()));
        }
        MongoDatabase database = database(scope.database());
        return namesOnly
                ? Flux.from(database.listCollectionNames()
                                .filter(filter)
                                .authorizedCollections(true)
                                .batchSize(LISTED))
                        .map(name -> new BsonDocument("name", new BsonString(name)))
                : Flux.from(database.listCollections(BsonDocument.class)
                        .filter(filter)
                        .batchSize(LISTED));
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
            throw new OnChangeException(List.of(new Problem(
                    ProblemCode.SNAPSHOT_IMPOSSIBLE,
                    scope.database() + "." + found.getString("name").getValue(),
                    "The collection has the default collation " + collation.toJson()
                            + ", so that its _ids have an order that only the server knows, and cannot"
                            + " be read part by part.",
                    "Begin with startFrom = EARLIEST or NOW, or copy the documents into a collection"
                            + " without a collation.")));
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
                                List.of(new Problem(
                                        ProblemCode.SNAPSHOT_IMPOSSIBLE,
                                        scope.database() + "." + name.getValue(),
                                        "The collection is capped, and this server does not read it as of one"
                                                + " time: "
                                                + refused.getErrorMessage() + ".",
                                        "Begin with startFrom = EARLIEST or NOW; of a database, watch its"
                                                + " other collections one by one.")),
                                refused));
    }

    private Mono<Long> estimated(SnapshotCollection collection) {
        return run(collection.database(), new BsonDocument("count", new BsonString(collection.name())))
                .map(reply -> reply.getNumber("n", new BsonInt64(0)).longValue())
                // It only serves to tell how much is left.
                .onErrorReturn(MongoCommandException.class, 0L);
    }

    private Mono<BsonDocument> run(String name, BsonDocument command) {
        return Mono.defer(
                () -> Mono.from(database(name).runCommand(command, ReadPreference.primary(), BsonDocument.class)));
    }

    private MongoDatabase database(String name) {
        return client.getDatabase(name).withTimeout(answerTimeout.toMillis(), TimeUnit.MILLISECONDS);
    }
}
