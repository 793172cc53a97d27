package dev.onchange.route;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/**
 * Where work is done. To wake a thread costs more than to handle a change: so a thread that is awake goes on with
 * whatever is ready, of all handlers, and wakes another one before it begins something that may block.
 */
public final class Workers {

    private final Scheduler handlers;
    private final Scheduler timer;
    private final Queue<Runnable> ready = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean called = new AtomicBoolean();
    private final OwnCalls ownCalls = new OwnCalls();

    /**
     * @param handlers runs the handlers, which may block
     * @param timer wakes what waits; nothing blocks it
     */
    public Workers(Scheduler handlers, Scheduler timer) {
        this.handlers = handlers;
        this.timer = timer;
    }

    /** Wakes what waits. */
    public Scheduler timer() {
        return timer;
    }

    /** Calls of all handlers that nobody must wait for. */
    public OwnCalls ownCalls() {
        return ownCalls;
    }

    /** Runs something soon that may block, and does not throw. */
    void run(Runnable work) {
        ready.add(work);
        try {
            call();
        } catch (RejectedExecutionException refused) {
            if (ready.remove(work)) {
                throw refused;
            }
        }
    }

    Disposable runAfter(Duration wait, Runnable work) {
        return timer.schedule(work, wait.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Wakes a thread, unless one is about to come anyway. */
    private void call() {
        if (!called.get() && called.compareAndSet(false, true)) {
            try {
                handlers.schedule(this::work);
            } catch (RejectedExecutionException refused) {
                called.set(false);
                throw refused;
            }
        }
    }

    private void work() {
        do {
            called.set(false);
            for (Runnable next = ready.poll(); next != null; next = ready.poll()) {
                callForTheRest();
                next.run();
            }
            // The thread that was called may itself be kept from coming: now this one is free, a further call will find
            // it.
            called.set(false);
        } while (!ready.isEmpty());
    }

    private void callForTheRest() {
        if (ready.isEmpty()) {
            return;
        }
        try {
            call();
        } catch (RejectedExecutionException busy) {
            // Nobody comes to help: this thread does the rest itself, one after the other.
            return;
        }
    }
}
