package dev.onchange.engine.stream;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/**
 * Runs a drain loop on one thread at a time, and once more if it is called meanwhile. To wake another thread takes up
 * to 0.2 ms of the calling thread. So while the drain loop expects more, its own thread polls for calls, and callers
 * that are not urgent need not wake it.
 */
final class DrainWorker implements Disposable {

    private static final long POLL_MILLIS = 1;

    /**
     * After so many polls without a call the thread is released: the server takes some 10 ms to fill a batch.
     */
    private static final int MAX_POLLS = 32;

    private final BooleanSupplier work;
    private final Scheduler.Worker worker;
    private final Consumer<Throwable> onRejected;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicBoolean polling = new AtomicBoolean();

    // Used by the thread that runs the work.
    private int seen;
    private int polls;

    /**
     * @param work returns whether it expects to be called again soon
     * @param onRejected gets the error of a scheduler that takes no task
     */
    DrainWorker(BooleanSupplier work, Scheduler scheduler, Consumer<Throwable> onRejected) {
        this.work = work;
        this.worker = scheduler.createWorker();
        this.onRejected = onRejected;
    }

    /** Runs the work on this thread, unless another thread is running it. */
    void runHere() {
        if (begin()) {
            run();
        }
    }

    /** Has a thread of the scheduler run the work at once. */
    void submit() {
        if (begin()) {
            schedule(this::run, 0);
        }
    }

    /** Has a thread of the scheduler run the work: at its next poll if it polls, else at once. */
    void submitLazily() {
        if (calls.getAndIncrement() == 0) {
            schedule(this::run, 0);
        }
    }

    private boolean begin() {
        return calls.getAndIncrement() == 0 || polling.compareAndSet(true, false);
    }

    private void run() {
        do {
            seen = calls.get();
            polls = 0;
            if (work.getAsBoolean() && pollLater()) {
                return;
            }
        } while (calls.addAndGet(-seen) != 0);
    }

    /** Whether the thread is released until the next poll. */
    private boolean pollLater() {
        int before = seen;
        polling.set(true);
        if (calls.get() != before && polling.compareAndSet(true, false)) {
            return false;
        }
        schedule(this::poll, POLL_MILLIS);
        return true;
    }

    private void poll() {
        if (!polling.compareAndSet(true, false)) {
            // An urgent caller has run the work.
            return;
        }
        if (calls.get() != seen) {
            run();
        } else if (++polls == MAX_POLLS || !pollLater()) {
            if (calls.addAndGet(-seen) != 0) {
                run();
            }
        }
    }

    private void schedule(Runnable task, long millis) {
        try {
            worker.schedule(task, millis, TimeUnit.MILLISECONDS);
        } catch (Throwable e) {
            onRejected.accept(e);
        }
    }

    /** Releases the thread of the scheduler, which is interrupted if it runs the work. */
    @Override
    public void dispose() {
        worker.dispose();
    }
}
