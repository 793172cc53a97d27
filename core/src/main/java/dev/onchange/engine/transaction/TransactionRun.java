package dev.onchange.engine.transaction;

import dev.onchange.engine.retry.HeldThread;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/**
 * The end of a transaction, to be waited for without a thread; the handler within it may hold one. Cancelling
 * interrupts that, and aborts the transaction.
 */
public final class TransactionRun extends Mono<Object> {

    /** What it gives if the change had been settled before; nothing otherwise. */
    public static final Object REPEATED = new Object();

    private final Mono<Object> transaction;
    private final HeldThread held;

    TransactionRun(Mono<Object> transaction, HeldThread held) {
        this.transaction = transaction.doOnCancel(held::interrupt);
        this.held = held;
    }

    /** The thread that the handler holds at the moment; null if it holds none. */
    @Nullable
    public Thread thread() {
        return held.thread();
    }

    @Override
    public void subscribe(CoreSubscriber<? super Object> subscriber) {
        transaction.subscribe(subscriber);
    }
}
