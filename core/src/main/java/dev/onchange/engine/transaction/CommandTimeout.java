package dev.onchange.engine.transaction;

import com.mongodb.MongoException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.reactivestreams.client.MongoCollection;
import com.mongodb.reactivestreams.client.MongoDatabase;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * How long the server may take to answer: the driver does not detect a dead connection.
 *
 * @param limit when it is over, a command has failed
 * @param timer ends the time
 */
record CommandTimeout(Duration limit, Scheduler timer) {

    /** The same with commands that fail in time; the driver closes their connections then. Not for transactions. */
    <T> MongoCollection<T> on(MongoCollection<T> collection) {
        return collection.withTimeout(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** As for collections. */
    MongoDatabase on(MongoDatabase database) {
        return database.withTimeout(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * A command in a transaction: the driver knows a time-out for that only as a whole, the handler included. The
     * connection stays out of its pool until it breaks.
     *
     * @param label what follows if it is not answered, as with the driver's own errors
     */
    <T> Mono<T> within(Mono<T> command, String label) {
        return command.timeout(limit, timer).onErrorMap(TimeoutException.class, late -> {
            MongoException unanswered =
                    new MongoTimeoutException("The server has not answered a command of a transaction in " + limit);
            unanswered.addLabel(label);
            return unanswered;
        });
    }
}
