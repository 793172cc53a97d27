package dev.onchange.engine.transaction;

import com.mongodb.ErrorCategory;
import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoException;
import com.mongodb.MongoWriteException;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.DeleteManyModel;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoCollection;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.checkpoint.FencedException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.bson.BsonDateTime;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The marks that changes are settled, each inserted in the transaction that settles its change. */
final class SettledMarks {

    private static final int NAMESPACE_EXISTS = 48;

    private static final int DUPLICATE_KEY = 11000;

    /** So many at a time, as each command has to be answered in time, of however many handlers the marks are removed. */
    private static final int DELETES = 1_000;

    /** Later than any token. */
    private static final String END = "~";

    private final MongoDatabase database;
    private final MongoDatabase untimed;
    private final MongoCollection<Document> inTransactions;
    private final MongoCollection<Document> marks;
    private final CommandTimeout timeout;
    private final Clock clock;

    SettledMarks(MongoDatabase database, CommandTimeout timeout, Clock clock) {
        this.database = timeout.on(database);
        this.untimed = database;
        this.inTransactions = database.getCollection(Transactions.COLLECTION);
        this.marks = timeout.on(inTransactions)
                .withReadConcern(ReadConcern.MAJORITY)
                .withWriteConcern(WriteConcern.MAJORITY)
                .withReadPreference(ReadPreference.primary());
        this.timeout = timeout;
        this.clock = clock;
    }

    /** Creates the collection: inside a transaction that would conflict with others that do the same. */
    Mono<Void> prepare() {
        return Mono.from(database.createCollection(Transactions.COLLECTION))
                .onErrorResume(
                        MongoException.class,
                        error -> error.getCode() == NAMESPACE_EXISTS ? Mono.empty() : Mono.error(error));
    }

    /**
     * False if there is one of them already, which the majority need not have acknowledged.
     *
     * @param replayed whether the change has a dead letter: then its mark has to outlive that, wherever the position is
     */
    Mono<Boolean> add(OpenTransaction transaction, String handlerId, List<String> tokens, boolean replayed) {
        List<Document> added = tokens.stream()
                .map(token -> fields(replayed).append("_id", id(handlerId, token)))
                .toList();
        ClientSession session = transaction.session();
        Publisher<?> command = added.size() == 1
                ? inTransactions.insertOne(session, added.get(0))
                : inTransactions.insertMany(session, added);
        return inTime(transaction.first(command))
                .map(inserted -> true)
                .onErrorResume(
                        MongoException.class, error -> isDuplicate(error) ? Mono.just(false) : Mono.error(error));
    }

    private static boolean isDuplicate(MongoException error) {
        if (error instanceof MongoBulkWriteException many) {
            return many.getWriteErrors().stream().anyMatch(each -> each.getCategory() == ErrorCategory.DUPLICATE_KEY);
        }
        return error instanceof MongoWriteException one && one.getError().getCategory() == ErrorCategory.DUPLICATE_KEY;
    }

    private Document fields(boolean replayed) {
        Document mark = new Document("at", new BsonDateTime(clock.millis()));
        return replayed ? mark.append("replayed", true) : mark;
    }

    /** The fences among the marks. */
    FenceDocuments fences() {
        return new FenceDocuments(marks);
    }

    /**
     * The same, with a write of a fence in the same command. Fails with a {@link FencedException} if another instance has
     * raised it.
     */
    Mono<Boolean> addFenced(
            OpenTransaction transaction, String handlerId, TransactionalInvoker.Mark added, Fence fence, int lane) {
        List<Document> updates = new ArrayList<>();
        updates.add(passing(fence, lane));
        for (String token : added.tokens()) {
            updates.add(new Document("q", new Document("_id", id(handlerId, token)))
                    .append("u", new Document("$setOnInsert", fields(added.replayed())))
                    .append("upsert", true));
        }
        return update(transaction, updates).flatMap(answer -> {
            int matched = answer.get("n", Number.class).intValue();
            int upserted = answer.getList("upserted", Document.class, List.of()).size();
            return matched < updates.size()
                    ? Mono.error(fence.takenOver())
                    : Mono.just(upserted == added.tokens().size());
        });
    }

    /** Writes the fence of what is no transaction of a handler; false if another instance has raised it. */
    Mono<Boolean> pass(OpenTransaction transaction, Fence fence) {
        return update(transaction, List.of(passing(fence, FenceDocuments.LETTERS)))
                .map(answer -> answer.get("n", Number.class).intValue() == 1);
    }

    private static Document passing(Fence fence, int lane) {
        return new Document("q", FenceDocuments.own(fence, lane)).append("u", FenceDocuments.write());
    }

    private Mono<Document> update(OpenTransaction transaction, List<Document> updates) {
        Document command = new Document("update", Transactions.COLLECTION).append("updates", updates);
        return inTime(transaction.first(untimed.runCommand(transaction.session(), command)))
                .flatMap(answer -> {
                    List<Document> errors = answer.getList("writeErrors", Document.class, List.of());
                    return errors.isEmpty() ? Mono.just(answer) : Mono.error(failed(errors.get(0)));
                });
    }

    /** Another transaction may have added the mark since this one has begun. */
    private static MongoException failed(Document error) {
        MongoException failure = new MongoException(error.getInteger("code", 0), error.getString("errmsg"));
        if (failure.getCode() == DUPLICATE_KEY) {
            failure.addLabel(MongoException.TRANSIENT_TRANSACTION_ERROR_LABEL);
        }
        return failure;
    }

    /** Those of the tokens for which there is one that the majority has acknowledged. */
    Mono<Set<String>> those(String handlerId, List<String> tokens) {
        List<Document> ids = tokens.stream().map(token -> id(handlerId, token)).toList();
        return Flux.from(marks.find(Filters.in("_id", ids)))
                .map(mark -> mark.get("_id", Document.class).getString("token"))
                .collect(Collectors.toSet());
    }

    /** Takes back the one that was added in the same transaction. */
    Mono<Void> takeBack(ClientSession session, String handlerId, String token) {
        return inTime(inTransactions.deleteOne(session, Filters.eq(id(handlerId, token))))
                .then();
    }

    /**
     * Removes those that a position has passed.
     *
     * @param before only those that are older: it may be that the handler is rewound meanwhile, and adds new ones
     */
    Mono<Void> removeUpTo(String handlerId, String token, Instant before) {
        return Mono.from(marks.deleteMany(Filters.and(
                        between(handlerId, token),
                        Filters.lt("at", new BsonDateTime(before.toEpochMilli())),
                        Filters.ne("replayed", true))))
                .then();
    }

    /** One whose change has no dead letter any more goes with the others that the position has passed. */
    Mono<Void> release(String handlerId, String token) {
        return Mono.from(marks.updateOne(Filters.eq(id(handlerId, token)), Updates.unset("replayed")))
                .then();
    }

    /** Removes all of these handlers. */
    Mono<Void> removeAll(Collection<String> handlerIds) {
        return Flux.fromIterable(handlerIds)
                .map(handlerId -> new DeleteManyModel<Document>(between(handlerId, END)))
                .buffer(DELETES)
                .concatMap(some -> marks.bulkWrite(some, new BulkWriteOptions().ordered(false)))
                .then();
    }

    private <T> Mono<T> inTime(Publisher<T> command) {
        return timeout.within(Mono.from(command), MongoException.TRANSIENT_TRANSACTION_ERROR_LABEL);
    }

    private static Bson between(String handlerId, String upTo) {
        return Filters.and(Filters.gte("_id", id(handlerId, "")), Filters.lte("_id", id(handlerId, upTo)));
    }

    private static Document id(String handlerId, String token) {
        return new Document("handler", handlerId).append("token", token);
    }
}
