package dev.onchange.engine.transaction;

import dev.onchange.engine.retry.RetryableInvoker;
import dev.onchange.engine.retry.ThreadedCall;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/**
 * The end of a transaction, to be waited for without a thread; the handler within it may hold one. Cancelling
 * interrupts that thread, and aborts the transaction. Emits {@link RetryableInvoker#REPEATED} if the change had been
 * settled before, and nothing otherwise.
 */
final class TransactionRun extends Mono<Object> implements ThreadedCall {

    private final Mono<Object> transaction;
    private final HeldThread held;

    TransactionRun(Mono<Object> transaction, HeldThread held) {
        this.transaction = transaction.doOnCancel(held::interrupt);
        this.held = held;
    }

    @Override
    public @Nullable Thread thread() {
        return held.thread();
    }

    @Override
    public void subscribe(CoreSubscriber<? super Object> subscriber) {
        transaction.subscribe(subscriber);
    }
}
