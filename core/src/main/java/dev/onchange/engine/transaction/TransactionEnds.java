package dev.onchange.engine.transaction;

import com.mongodb.MongoException;
import com.mongodb.reactivestreams.client.ClientSession;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** Commits and aborts transactions, each command in time. */
record TransactionEnds(CommandTimeout timeout) {

    /** How often a transaction is repeated that conflicts with another one. */
    static final int TRIES = 100;

    private static final int NO_SUCH_TRANSACTION = 251;

    /** How often a commit is repeated whose result is unknown, before the whole transaction is. */
    private static final int COMMITS = 10;

    /** A commit may be repeated: whether the first one was applied, the server knows. */
    Mono<Void> commit(ClientSession session) {
        return Mono.defer(() -> timeout.within(
                        Mono.from(session.commitTransaction()), MongoException.UNKNOWN_TRANSACTION_COMMIT_RESULT_LABEL))
                .retryWhen(Retry.max(COMMITS)
                        .filter(failure -> failure instanceof MongoException error
                                && error.hasErrorLabel(MongoException.UNKNOWN_TRANSACTION_COMMIT_RESULT_LABEL))
                        .onRetryExhaustedThrow((policy, signal) -> signal.failure()))
                .onErrorMap(
                        MongoException.class,
                        error -> error.getCode() == NO_SUCH_TRANSACTION
                                ? new Conflicts.EndedBeforeCommit(error)
                                : error);
    }

    /** When the transaction has begun on the server, or its first command is not answered in time. Never fails. */
    Mono<Void> begun(OpenTransaction transaction) {
        return timeout.within(transaction.begun(), MongoException.TRANSIENT_TRANSACTION_ERROR_LABEL)
                .onErrorComplete();
    }

    /** Never fails. */
    Mono<Void> abort(ClientSession session) {
        return session.hasActiveTransaction()
                ? timeout.within(
                                Mono.from(session.abortTransaction()), MongoException.TRANSIENT_TRANSACTION_ERROR_LABEL)
                        .onErrorComplete()
                : Mono.empty();
    }
}
