package dev.onchange.checkpoint;

import com.mongodb.MongoException;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.TransactionOptions;
import com.mongodb.WriteConcern;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoCollection;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import org.bson.BsonDocument;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** Writes several documents of positions at once. */
final class PositionTransactions {

    private static final TransactionOptions OPTIONS = TransactionOptions.builder()
            .readConcern(ReadConcern.SNAPSHOT)
            .writeConcern(WriteConcern.MAJORITY)
            .readPreference(ReadPreference.primary())
            .build();

    /** How often a transaction is repeated that conflicts with another one. */
    private static final int TRIES = 15;

    private static final Duration FIRST_WAIT = Duration.ofMillis(5);

    private final MongoClient client;
    private final MongoCollection<BsonDocument> positions;

    /** @param positions without a time-out, which a transaction does not take */
    PositionTransactions(MongoClient client, MongoCollection<BsonDocument> positions) {
        this.client = client;
        this.positions = positions;
    }

    /**
     * Lets positions go on under other ids, unless another instance has done so: then one of the former ids has no position
     * any more, and nothing is changed.
     */
    Mono<Void> replace(Collection<String> former, Map<String, Position> next) {
        return Mono.usingWhen(
                        client.startSession(),
                        session -> replace(session, former, next),
                        session -> Mono.fromRunnable(session::close))
                .retryWhen(Retry.backoff(TRIES, FIRST_WAIT)
                        .filter(failure -> failure instanceof MongoException error
                                && error.hasErrorLabel(MongoException.TRANSIENT_TRANSACTION_ERROR_LABEL))
                        .onRetryExhaustedThrow((policy, signal) -> signal.failure()));
    }

    private Mono<Void> replace(ClientSession session, Collection<String> former, Map<String, Position> next) {
        session.startTransaction(OPTIONS);
        return Flux.fromIterable(former)
                .concatMap(id -> positions.updateOne(session, PositionBson.present(id), PositionBson.removed()))
                .map(result -> result.getMatchedCount())
                .reduce(0L, Long::sum)
                .flatMap(removed -> removed == former.size()
                        ? add(session, next).then(Mono.from(session.commitTransaction()))
                        : Mono.from(session.abortTransaction()))
                .then();
    }

    private Mono<Void> add(ClientSession session, Map<String, Position> next) {
        return Flux.fromIterable(next.entrySet())
                .concatMap(entry -> positions.updateOne(
                        session,
                        Filters.eq(entry.getKey()),
                        Updates.combine(PositionBson.set(entry.getValue()), Updates.setOnInsert("term", 0L)),
                        new UpdateOptions().upsert(true)))
                .then();
    }
}
