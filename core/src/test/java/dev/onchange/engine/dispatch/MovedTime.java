package dev.onchange.engine.dispatch;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.test.scheduler.VirtualTimeScheduler;

/**
 * Time that a test moves while other threads schedule tasks. The scheduler that it extends looks at its first task and removes
 * the first one then, which may be another: one is lost, and one runs twice. So only the thread that moves the time touches it.
 */
final class MovedTime extends VirtualTimeScheduler {

    private final Queue<Task> scheduled = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Thread mover;

    MovedTime() {
        super(false);
    }

    @Override
    public Disposable schedule(Runnable work, long delay, TimeUnit unit) {
        if (Thread.currentThread() == mover) {
            return super.schedule(work, delay, unit);
        }
        Task task = new Task(work, now(TimeUnit.NANOSECONDS) + unit.toNanos(delay));
        scheduled.add(task);
        return task;
    }

    /** By one thread at a time. */
    @Override
    public void advanceTimeBy(Duration duration) {
        mover = Thread.currentThread();
        try {
            for (Task task = scheduled.poll(); task != null; task = scheduled.poll()) {
                super.schedule(task, Math.max(0, task.at - now(TimeUnit.NANOSECONDS)), TimeUnit.NANOSECONDS);
            }
            super.advanceTimeBy(duration);
        } finally {
            mover = null;
        }
    }

    private static final class Task implements Runnable, Disposable {

        private final Runnable work;
        private final long at;
        private volatile boolean disposed;

        private Task(Runnable work, long at) {
            this.work = work;
            this.at = at;
        }

        @Override
        public void run() {
            if (!disposed) {
                work.run();
            }
        }

        @Override
        public void dispose() {
            disposed = true;
        }

        @Override
        public boolean isDisposed() {
            return disposed;
        }
    }
}
