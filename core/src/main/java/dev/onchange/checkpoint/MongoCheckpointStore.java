package dev.onchange.checkpoint;

import static java.util.Objects.requireNonNull;

import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.PositionDocuments.Handler;
import dev.onchange.engine.message.Reason;
import dev.onchange.engine.timing.SerialWrites;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Keeps positions in a MongoDB collection, by default {@value #COLLECTION}: written with write concern "majority",
 * read from the primary with read concern "majority". It needs no index, and of privileges {@code find},
 * {@code insert}, {@code update} and {@code remove} on that collection.
 *
 * <p>The document of a handler has the handler's id as {@code _id}:
 * <pre>{@code
 * { _id: "com.acme.Stock#reorder",
 *   token: { _data: "8265…" },              // resume after this; null if only the time is known
 *   clusterTime: Timestamp(1760000000, 1),
 *   fingerprint: "…",                       // of the stream plan that gave the token
 *   updatedAt: ISODate("…"),                // by the server's clock
 *   term: 3,                                // with which an instance has claimed it, or 0
 *   snapshot: {…},                          // how far the handler's snapshot has come; only while one is under way
 *   follows: ObjectId("…") }                // optional
 * }</pre>
 * Handlers that have come equally far {@code follow} one document of the same form whose {@code _id} is an ObjectId,
 * so that moving a thousand of them is one write. Such a handler has come as far as the later of its own position and
 * the followed one. A handler that falls behind is detached before the shared document advances; a crash between the
 * writes leaves every handler where it was or where it should be, never further.
 *
 * <p>A shared document is written by the instance alone that made it. Another instance that writes the position of one of
 * its followers closes the shared document first, gives each follower its own position, and deletes it. To correct
 * positions by hand, stop the listeners, remove {@code follows}, and set the position; or delete the handler's document
 * to let it begin anew. Unknown fields are left as they are.
 *
 * <p>Of several instances the one that has {@linkplain #claim claimed} a handler with the latest term may write its
 * position; what the others write fails with a {@link FencedException}. Instances of one term may write the same
 * handlers; positions still only move forward. A handler that is divided has a document for each partition, with an
 * {@code _id} like {@code stock|3/8}.
 */
public final class MongoCheckpointStore implements CheckpointStore {

    /** The collection that is used unless one is named. */
    public static final String COLLECTION = "onchange.positions";

    /**
     * How long a read or a write may take, its majority and the search for a primary included, before it counts as
     * failed. The driver then closes the connection, which may be dead: a mere wait would leave it in the pool.
     */
    private static final long TIMEOUT_SECONDS = 10;

    /** Shared documents that no instance has written for as long are taken for abandoned, for example by a crash. */
    private static final Duration ABANDONED_AFTER = Duration.ofDays(1);

    private final PositionDocuments documents;
    private final PositionWriter writer;
    private final SerialWrites writes = new SerialWrites();

    /** Keeps positions in the collection {@value #COLLECTION}. */
    public MongoCheckpointStore(MongoClient client, String database) {
        this(client, database, COLLECTION);
    }

    /**
     * @param client is not closed by the store
     * @param collection is created by the first write
     */
    public MongoCheckpointStore(MongoClient client, String database, String collection) {
        MongoCollection<BsonDocument> positions = client.getDatabase(database)
                .getCollection(collection, BsonDocument.class)
                .withReadPreference(ReadPreference.primary())
                .withReadConcern(ReadConcern.MAJORITY)
                .withWriteConcern(WriteConcern.MAJORITY)
                .withTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        this.documents = new PositionDocuments(positions);
        this.writer = new PositionWriter(
                documents,
                new PositionTransactions(
                        client, client.getDatabase(database).getCollection(collection, BsonDocument.class)));
    }

    /** Tries a write and its removal, so that a missing privilege or majority is known before the first change. */
    @Override
    public Mono<Void> prepare() {
        return writes.run(documents
                .probe()
                .then(documents
                        .sharedUnwrittenFor(ABANDONED_AFTER)
                        .concatMap(documents::dissolve)
                        .then())
                .onErrorMap(failure -> !(failure instanceof OnChangeException), this::unusable));
    }

    private OnChangeException unusable(Throwable failure) {
        return new OnChangeException(
                List.of(new Problem(
                        ProblemCode.POSITION_STORE_UNUSABLE,
                        toString(),
                        "The positions of the handlers cannot be kept there: " + Reason.sentence(failure),
                        Reason.isUnauthorized(failure)
                                ? "Grant the account find, insert, update and remove on this collection; the role"
                                        + " readWrite on its database is enough for all that is kept there."
                                : "Make sure that the primary can be reached and a majority of the members is up.")),
                failure);
    }

    @Override
    public Mono<Map<String, Position>> load(Collection<String> handlerIds) {
        return read(Set.copyOf(handlerIds));
    }

    /** With term 0, this instance writes until another one claims the handlers with a later term. */
    @Override
    public Mono<Void> claim(Map<String, Long> terms) {
        return writes.run(writer.claim(Map.copyOf(terms)));
    }

    /**
     * Shared documents are read first: each follower has reached the position that its shared document held then. Read
     * after the handlers, a shared document could have advanced without a follower that was detached in between.
     */
    private Mono<Map<String, Position>> read(Set<String> ids) {
        return documents
                .shared()
                .flatMap(shared -> documents
                        .handlers(ids)
                        .filter(handler -> latest(handler, shared) != null)
                        .collectMap(Handler::id, handler -> requireNonNull(latest(handler, shared))));
    }

    private static @Nullable Position latest(Handler handler, Map<ObjectId, Position> shared) {
        Position own = handler.own();
        Position common = handler.follows() == null ? null : shared.get(handler.follows());
        return own == null || common != null && common.isAfter(own) ? common : own;
    }

    /** In a transaction; the documents of the former ids stay, without a position and with a later term. */
    @Override
    public Mono<Void> replace(Collection<String> former, Map<String, Position> next) {
        return writes.run(writer.replace(Set.copyOf(former), Map.copyOf(next)));
    }

    @Override
    public Mono<Void> save(Map<String, Position> positions) {
        return writes.run(writer.save(Map.copyOf(positions)));
    }

    /**
     * Sets a handler's position. If listeners are running, let them do it: they would go on and overwrite it.
     */
    @Override
    public Mono<Void> rewind(String handlerId, Position position) {
        return writes.run(writer.rewind(handlerId, position));
    }

    /** For messages: the database and the collection. */
    @Override
    public String toString() {
        return "MongoDB " + documents.name();
    }
}
