package dev.onchange.engine.transaction;

import com.mongodb.reactivestreams.client.ClientSession;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * A session with a transaction, which begins on the server with the first command. An abort that is sent before that is
 * answered may arrive before it, by another connection: it ends nothing, and the transaction that begins afterwards keeps
 * what it has written locked until the server ends it, a minute later by default.
 */
final class OpenTransaction {

    private final ClientSession session;
    private volatile Mono<Void> begun = Mono.empty();

    private OpenTransaction(ClientSession session) {
        this.session = session;
    }

    static OpenTransaction start(ClientSession session) {
        session.startTransaction(TransactionalInvoker.OPTIONS);
        return new OpenTransaction(session);
    }

    ClientSession session() {
        return session;
    }

    /** The same command; that it has been answered is noticed even if nobody waits for it any more. */
    <T> Mono<T> first(Publisher<T> command) {
        Mono<T> sent = Mono.from(command).cache();
        begun = sent.then().onErrorComplete();
        return sent;
    }

    /** When the first command has been answered. Never fails. */
    Mono<Void> begun() {
        return begun;
    }
}
