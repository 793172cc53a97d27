package dev.onchange.engine.retry;

import dev.onchange.HandlerTimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A call that holds a thread. When it takes too long the thread is interrupted; when it takes no notice of that, it is
 * given up: its outcome is ignored.
 */
final class BlockingCall extends Watchdog.Call {

    private final Thread thread = Thread.currentThread();
    private final String handler;
    private final Watchdog watchdog;
    private final BooleanSupplier claim;
    private final Consumer<HandlerTimeoutException> whenGivenUp;
    private @Nullable HandlerTimeoutException timeout;
    private boolean ended;
    private boolean givenUp;

    /**
     * @param claim claims the right to go on with what the call was given; must not block
     * @param whenGivenUp is passed the reason when the call is given up and that right is claimed
     */
    BlockingCall(
            String handler, Watchdog watchdog, BooleanSupplier claim, Consumer<HandlerTimeoutException> whenGivenUp) {
        this.handler = handler;
        this.watchdog = watchdog;
        this.claim = claim;
        this.whenGivenUp = whenGivenUp;
    }

    /**
     * The call has returned, on its thread, or what it returned has ended; true if it had been given up before. May be said more
     * than once.
     */
    synchronized boolean end() {
        watchdog.leave(this);
        ended = true;
        if (timeout != null) {
            // The thread goes on to other work, which the interrupt did not mean.
            Thread.interrupted();
        }
        return givenUp;
    }

    /** Why the call really failed. */
    synchronized Throwable explain(Throwable failure) {
        if (timeout == null) {
            return failure;
        }
        timeout.addSuppressed(failure);
        return timeout;
    }

    @Override
    synchronized void late() {
        if (!ended) {
            timeout = new HandlerTimeoutException(handler, watchdog.timeout(), thread);
            thread.interrupt();
        }
    }

    @Override
    void stuck() {
        HandlerTimeoutException reason;
        synchronized (this) {
            // Here: a call that ends from now on must find it claimed, before it is known what follows.
            givenUp = !ended && timeout != null && claim.getAsBoolean();
            reason = givenUp ? timeout : null;
        }
        if (reason != null) {
            whenGivenUp.accept(reason);
        }
    }
}
