package dev.onchange.engine.stream;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/**
 * Lets one thread at a time do some work, and once more if it is called meanwhile. To wake another thread takes up to
 * 0.2 ms of the one that calls, which has better things to do: so as long as there is much to do again and again, the
 * other one looks by itself whether it is called, and nobody needs to wake it.
 */
final class DrainWorker implements Disposable {

    private static final long LOOK_EACH_MILLIS = 1;

    /** In vain, one after the other: the server takes some 10 ms to fill a batch. */
    private static final int LOOKS = 32;

    private final BooleanSupplier work;
    private final Scheduler.Worker worker;
    private final Consumer<Throwable> whenRefused;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicBoolean looking = new AtomicBoolean();

    // Of the thread whose turn it is.
    private int seen;
    private int looks;

    /**
     * @param work tells whether it expects to be called again before long
     * @param whenRefused told why if there is no other thread
     */
    DrainWorker(BooleanSupplier work, Scheduler scheduler, Consumer<Throwable> whenRefused) {
        this.work = work;
        this.worker = scheduler.createWorker();
        this.whenRefused = whenRefused;
    }

    /** Does the work on this thread, unless another is at it. */
    void here() {
        if (begin()) {
            run();
        }
    }

    /** Has another thread do the work, at once. */
    void elsewhere() {
        if (begin()) {
            schedule(this::run, 0);
        }
    }

    /** Has another thread do the work, as soon as it looks if it does. */
    void whenItLooks() {
        if (calls.getAndIncrement() == 0) {
            schedule(this::run, 0);
        }
    }

    private boolean begin() {
        return calls.getAndIncrement() == 0 || looking.compareAndSet(true, false);
    }

    private void run() {
        do {
            seen = calls.get();
            looks = 0;
            if (work.getAsBoolean() && lookLater()) {
                return;
            }
        } while (calls.addAndGet(-seen) != 0);
    }

    /** Whether the turn is over until the next look. */
    private boolean lookLater() {
        int before = seen;
        looking.set(true);
        if (calls.get() != before && looking.compareAndSet(true, false)) {
            return false;
        }
        schedule(this::look, LOOK_EACH_MILLIS);
        return true;
    }

    private void look() {
        if (!looking.compareAndSet(true, false)) {
            // Whoever was in a hurry has done it.
            return;
        }
        if (calls.get() != seen) {
            run();
        } else if (++looks == LOOKS || !lookLater()) {
            if (calls.addAndGet(-seen) != 0) {
                run();
            }
        }
    }

    private void schedule(Runnable task, long millis) {
        try {
            worker.schedule(task, millis, TimeUnit.MILLISECONDS);
        } catch (Throwable e) {
            whenRefused.accept(e);
        }
    }

    /** Lets go of the other thread, which is interrupted if it is at it. */
    @Override
    public void dispose() {
        worker.dispose();
    }
}
