package dev.onchange.engine.transaction;

import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoClient;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * The sessions in which the transactions of one handler run. They are the handler's alone: a session that is closed goes
 * back to a pool of its client, and the application's next read may run in it, which would end with whatever a process
 * that died has left open. Safe for use by several threads.
 */
final class SessionPool {

    private final String handlerId;
    private final MongoClient client;
    private final TransactionSessions noted;
    private final Deque<ClientSession> idle = new ConcurrentLinkedDeque<>();

    SessionPool(String handlerId, MongoClient client, TransactionSessions noted) {
        this.handlerId = handlerId;
        this.client = client;
        this.noted = noted;
    }

    /**
     * Works in a transaction, in a session that no other one uses meanwhile.
     *
     * @param ends says when the transaction of work that is cancelled may be aborted
     * @param work commits the transaction, or aborts it if it fails
     */
    <T> Mono<T> inTransaction(TransactionEnds ends, Function<OpenTransaction, Mono<T>> work) {
        return Mono.usingWhen(
                take().map(OpenTransaction::start),
                work,
                this::giveBack,
                (transaction, failure) -> giveBack(transaction),
                transaction -> ends.begun(transaction).then(Mono.fromRunnable(() -> discard(transaction.session()))));
    }

    private Mono<Void> giveBack(OpenTransaction transaction) {
        return Mono.fromRunnable(() -> giveBack(transaction.session()));
    }

    /** A session that no transaction uses, and that is noted on the server. */
    private Mono<ClientSession> take() {
        return Mono.defer(() -> Mono.justOrEmpty(idle.pollFirst()))
                .switchIfEmpty(Mono.from(client.startSession()))
                .flatMap(session -> noted.note(handlerId, session).thenReturn(session));
    }

    /** Its transaction is over, or known to be of no more use. */
    private void giveBack(ClientSession session) {
        if (session.hasActiveTransaction() || session.getServerSession().isMarkedDirty()) {
            discard(session);
        } else {
            idle.addFirst(session);
        }
    }

    /** It may be that something is still going on in it. The driver does not keep a session that is dirty. */
    private void discard(ClientSession session) {
        session.getServerSession().markDirty();
        session.close();
    }

    /** No transaction will follow. */
    void close() {
        for (ClientSession session = idle.pollFirst(); session != null; session = idle.pollFirst()) {
            discard(session);
        }
    }
}
