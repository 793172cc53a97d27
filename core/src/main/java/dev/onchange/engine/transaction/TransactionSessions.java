package dev.onchange.engine.transaction;

import com.mongodb.MongoException;
import com.mongodb.WriteConcern;
import com.mongodb.client.model.DeleteManyModel;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoCollection;
import com.mongodb.reactivestreams.client.MongoDatabase;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bson.BsonArray;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Remembers on the server in which sessions the handlers' transactions run. A process that starts the same handlers after a crash
 * lets the server end these sessions: otherwise a transaction of a process that was killed stays open, and holds its
 * change's mark, until the server ends it by itself, which took up to 90 seconds (seen on 6.0).
 *
 * <p>Nothing depends on it but that wait, so nothing fails if it does. Accounts may end their own sessions without a
 * privilege for it.
 */
final class TransactionSessions {

    private static final Logger LOG = LoggerFactory.getLogger(TransactionSessions.class);

    /** Drivers and servers use a session no more once it was idle for as long. */
    private static final Duration NOTED_FOR = Duration.ofMinutes(30);

    /** No transaction is as old, whatever the clocks say. */
    private static final Duration OUTDATED_AFTER = NOTED_FOR.multipliedBy(4);

    private final MongoDatabase admin;
    private final MongoCollection<BsonDocument> sessions;
    private final Clock clock;
    private final Map<BsonDocument, Instant> noted = new ConcurrentHashMap<>();

    TransactionSessions(MongoClient client, String database, CommandTimeout timeout, Clock clock) {
        this.admin = timeout.on(client.getDatabase("admin"));
        this.sessions = timeout.on(client.getDatabase(database))
                .getCollection(Transactions.SESSIONS, BsonDocument.class)
                .withWriteConcern(WriteConcern.MAJORITY);
        this.clock = clock;
    }

    /** To be done before a transaction of the handler begins in the session; costs a write when it is a new one. */
    Mono<Void> note(String handlerId, ClientSession session) {
        BsonDocument id = new BsonDocument("handler", new BsonString(handlerId))
                .append("session", session.getServerSession().getIdentifier().get("id"));
        return Mono.defer(() -> {
            Instant now = clock.instant();
            Instant since = noted.get(id);
            return since != null && since.plus(NOTED_FOR).isAfter(now)
                    ? Mono.empty()
                    : write(handlerId, id, now)
                            .doOnSuccess(done -> noted.put(id, now))
                            .onErrorResume(MongoException.class, failure -> {
                                LOG.debug(
                                        "A session is not noted: after a crash its transaction is waited for", failure);
                                return Mono.empty();
                            });
        });
    }

    private Mono<Void> write(String handlerId, BsonDocument id, Instant now) {
        noted.values().removeIf(since -> since.plus(NOTED_FOR).isBefore(now));
        return Mono.from(sessions.bulkWrite(List.of(
                        new UpdateOneModel<>(
                                Filters.eq(id), Updates.set("at", time(now)), new UpdateOptions().upsert(true)),
                        new DeleteManyModel<>(Filters.and(
                                Filters.eq("_id.handler", handlerId),
                                Filters.lt("at", time(now.minus(OUTDATED_AFTER))))))))
                .then();
    }

    /** Lets the server end what processes that died have left open of these handlers. */
    Mono<Void> end(Collection<String> handlerIds) {
        return Flux.from(sessions.find(Filters.in("_id.handler", handlerIds)))
                .map(document -> document.getDocument("_id"))
                .filter(id -> !noted.containsKey(id))
                .collectList()
                .filter(ids -> !ids.isEmpty())
                .flatMap(ids -> kill(ids).then(remove(ids)))
                .onErrorResume(MongoException.class, refused -> {
                    LOG.warn(
                            "Transactions that a process has left open when it died are not ended, but waited for: {}."
                                    + " It can take up to one and a half times transactionLifetimeLimitSeconds.",
                            refused.getMessage());
                    return Mono.empty();
                });
    }

    private Mono<Void> kill(List<BsonDocument> ids) {
        BsonArray killed = new BsonArray();
        ids.forEach(id -> killed.add(new BsonDocument("id", id.get("session"))));
        return Mono.from(admin.runCommand(new BsonDocument("killSessions", killed)))
                .doOnNext(done -> LOG.info("Ended {} sessions that a process which died had left open", ids.size()))
                .then();
    }

    /** The transactions of this process are over. */
    Mono<Void> forget() {
        return Mono.defer(() -> noted.isEmpty() ? Mono.empty() : remove(List.copyOf(noted.keySet())))
                .onErrorComplete(MongoException.class);
    }

    private Mono<Void> remove(List<BsonDocument> ids) {
        return Mono.from(sessions.deleteMany(Filters.in("_id", ids))).then();
    }

    private static BsonDateTime time(Instant instant) {
        return new BsonDateTime(instant.toEpochMilli());
    }
}
