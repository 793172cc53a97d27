package dev.onchange.engine.dispatch;

import dev.onchange.engine.plan.ThreadShare;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.IntSupplier;

/**
 * Runs the work of one handler, on no more threads at a time than it has permits; further work waits for a permit, and
 * holds no thread. Safe for use by several threads.
 */
final class HandlerPermits implements Executor {

    private final Workers workers;
    private final int concurrency;
    private final IntSupplier further;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int held;
    private int lost;
    private int users;

    /** @param further how many threads the handler may hold at the moment, besides one */
    HandlerPermits(Workers workers, int concurrency, IntSupplier further) {
        this.workers = workers;
        this.concurrency = concurrency;
        this.further = further;
    }

    int concurrency() {
        return concurrency;
    }

    /** Adds a user; whether it is the first. */
    synchronized boolean enter() {
        return users++ == 0;
    }

    /** Removes a user; whether it was the last. */
    synchronized boolean leave() {
        return --users == 0;
    }

    @Override
    public void execute(Runnable work) {
        synchronized (this) {
            if (held >= limit() + lost) {
                waiting.add(work);
                return;
            }
            held++;
        }
        workers.execute(() -> run(work));
    }

    /** A call holds its thread although the handler was given up: another thread may take its place. */
    synchronized void threadLost() {
        lost++;
    }

    /** Such a call has ended. */
    synchronized void threadReturned() {
        lost--;
    }

    private void run(Runnable work) {
        try {
            work.run();
        } finally {
            runNext();
        }
    }

    private void runNext() {
        Runnable next;
        synchronized (this) {
            next = held <= limit() + lost ? waiting.poll() : null;
            if (next == null) {
                held--;
            }
        }
        if (next != null) {
            // Not at once on this thread, but behind the work of other handlers that is ready.
            Runnable work = next;
            workers.execute(() -> run(work));
        }
    }

    private int limit() {
        return ThreadShare.of(concurrency, further.getAsInt());
    }
}
