package dev.onchange.retry;

import com.mongodb.ErrorCategory;
import com.mongodb.MongoException;
import com.mongodb.MongoWriteException;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.TransactionOptions;
import com.mongodb.WriteConcern;
import com.mongodb.client.model.Filters;
import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.Attempt;
import dev.onchange.checkpoint.Position;
import dev.onchange.decode.Change;
import dev.onchange.invoke.Invoker;
import dev.onchange.stream.ResumeTokens;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.bson.BsonDateTime;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.retry.Retry;

/**
 * Lets what a handler writes through its session commit together with a mark that the change is settled. A change that
 * comes again, because the position was not saved before a crash, meets its mark and is not handled twice. Marks are
 * removed once the saved position has passed them.
 *
 * <p>A mark is a document <code>{_id: {handler: …, token: …}, at: …}</code> in {@value #COLLECTION} of the state
 * database. The account needs {@code find}, {@code insert}, {@code remove} and {@code createCollection} on it.
 */
public final class Transactions {

    /** The collection of the marks. */
    public static final String COLLECTION = "settled";

    private static final int NAMESPACE_EXISTS = 48;

    private static final int MAX_TIME_EXPIRED = 50;

    /**
     * How often a transaction is repeated because of conflicts, before that counts as a failed attempt. It takes about
     * two minutes: a transaction of a process that was killed stays open on the server, and keeps the mark of its
     * change, for {@code transactionLifetimeLimitSeconds} and half of that again (seen on 6.0: 60 seconds and more).
     */
    private static final int CONFLICTS = 1_500;

    /** How often a commit is repeated whose result is unknown, before the whole transaction is. */
    private static final int COMMITS = 10;

    private static final TransactionOptions OPTIONS = TransactionOptions.builder()
            .readConcern(ReadConcern.SNAPSHOT)
            .writeConcern(WriteConcern.MAJORITY)
            .readPreference(ReadPreference.primary())
            .build();

    private final MongoClient client;
    private final String database;
    private final MongoCollection<Document> marks;
    private final Scheduler handlers;
    private final Clock clock;

    /** @param handlers runs the handlers, which may block */
    public Transactions(MongoClient client, String database, Scheduler handlers, Clock clock) {
        this.client = client;
        this.database = database;
        this.marks = client.getDatabase(database)
                .getCollection(COLLECTION)
                .withWriteConcern(WriteConcern.MAJORITY)
                .withReadPreference(ReadPreference.primary());
        this.handlers = handlers;
        this.clock = clock;
    }

    /** Creates the collection of the marks: inside a transaction that would conflict with others that do the same. */
    public Mono<Void> prepare() {
        return Mono.from(client.getDatabase(database).createCollection(COLLECTION))
                .onErrorResume(
                        MongoException.class,
                        error -> error.getCode() == NAMESPACE_EXISTS ? Mono.empty() : Mono.error(error));
    }

    /** The handler, each call of it in a transaction of its own. */
    public Invoker around(String handlerId, Invoker invoker) {
        return (change, attempt, none) ->
                transaction(handlerId, invoker, change, attempt).retryWhen(afterConflicts());
    }

    /** Removes the marks that the saved positions have passed. */
    public Mono<Void> prune(Map<String, Position> saved) {
        return Flux.fromIterable(saved.entrySet())
                .concatMap(entry -> {
                    String token = ResumeTokens.data(entry.getValue().token());
                    return token == null ? Mono.empty() : remove(entry.getKey(), token);
                })
                .then();
    }

    /** Removes all marks of a handler, whose changes are to be handled once more. */
    public Mono<Void> forget(String handlerId) {
        return remove(handlerId, "~");
    }

    private Mono<Void> remove(String handlerId, String upTo) {
        Bson marksOfHandler =
                Filters.and(Filters.gte("_id", id(handlerId, "")), Filters.lte("_id", id(handlerId, upTo)));
        return Mono.from(marks.deleteMany(marksOfHandler)).then();
    }

    /** Conflicts with other transactions are no failure of the handler: they do not count as attempts. */
    private static Retry afterConflicts() {
        return Retry.backoff(CONFLICTS, Duration.ofMillis(2))
                .maxBackoff(Duration.ofMillis(100))
                .filter(Transactions::isConflict)
                .onRetryExhaustedThrow((policy, signal) -> signal.failure());
    }

    private static boolean isConflict(Throwable failure) {
        return failure instanceof MongoException error
                && error.hasErrorLabel(MongoException.TRANSIENT_TRANSACTION_ERROR_LABEL);
    }

    private Mono<Void> transaction(String handlerId, Invoker invoker, Change change, Attempt attempt) {
        return Mono.usingWhen(
                client.startSession(),
                session -> {
                    session.startTransaction(OPTIONS);
                    return mark(session, handlerId, change)
                            .flatMap(marked -> marked ? call(invoker, change, attempt, session) : abort(session))
                            .onErrorResume(failure -> abort(session).then(Mono.error(failure)));
                },
                session -> Mono.fromRunnable(session::close));
    }

    /** False if the change was settled before. */
    private Mono<Boolean> mark(ClientSession session, String handlerId, Change change) {
        String token = Objects.requireNonNull(ResumeTokens.data(change.raw().token()));
        Document mark = new Document("_id", id(handlerId, token)).append("at", new BsonDateTime(clock.millis()));
        return Mono.from(marks.insertOne(session, mark))
                .map(inserted -> true)
                .onErrorResume(
                        MongoWriteException.class,
                        error -> error.getError().getCategory() == ErrorCategory.DUPLICATE_KEY
                                ? Mono.just(false)
                                : Mono.error(error));
    }

    private Mono<Void> call(Invoker invoker, Change change, Attempt attempt, ClientSession session) {
        return Mono.defer(() -> called(invoker, change, attempt, session))
                .subscribeOn(handlers)
                .then(Mono.defer(() -> commit(session)));
    }

    private static Mono<Void> called(Invoker invoker, Change change, Attempt attempt, ClientSession session) {
        try {
            Publisher<?> end = invoker.invoke(change, attempt, session);
            return end == null ? Mono.empty() : Flux.from(end).then();
        } catch (Throwable failure) {
            return Mono.error(failure);
        }
    }

    private static Mono<Void> commit(ClientSession session) {
        // A commit may be repeated; whether the first one was applied, the server knows.
        return Mono.defer(() -> Mono.from(session.commitTransaction()))
                .retryWhen(Retry.max(COMMITS).filter(Transactions::isCommitOpen));
    }

    private static boolean isCommitOpen(Throwable failure) {
        return failure instanceof MongoException error
                && error.hasErrorLabel(MongoException.UNKNOWN_TRANSACTION_COMMIT_RESULT_LABEL)
                && error.getCode() != MAX_TIME_EXPIRED;
    }

    private static Mono<Void> abort(ClientSession session) {
        return session.hasActiveTransaction()
                ? Mono.from(session.abortTransaction()).onErrorResume(failure -> Mono.empty())
                : Mono.empty();
    }

    private static Document id(String handlerId, String token) {
        return new Document("handler", handlerId).append("token", token);
    }
}
