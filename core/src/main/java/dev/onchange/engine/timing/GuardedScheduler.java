package dev.onchange.engine.timing;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/**
 * Passes the errors of its tasks to a consumer. Reactor throws errors that it takes for fatal, such as a missing class,
 * at the thread of the task: there they would be logged at best, and a subscriber would wait for a signal forever.
 */
final class GuardedScheduler implements Scheduler {

    private final Scheduler scheduler;
    private final Consumer<Throwable> onError;

    /** @param onError gets the error on the thread of the task */
    GuardedScheduler(Scheduler scheduler, Consumer<Throwable> onError) {
        this.scheduler = scheduler;
        this.onError = onError;
    }

    private Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Throwable thrown) {
                onError.accept(thrown);
            }
        };
    }

    @Override
    public Disposable schedule(Runnable task) {
        return scheduler.schedule(guarded(task));
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        return scheduler.schedule(guarded(task), delay, unit);
    }

    @Override
    public Disposable schedulePeriodically(Runnable task, long delay, long period, TimeUnit unit) {
        return scheduler.schedulePeriodically(guarded(task), delay, period, unit);
    }

    @Override
    public long now(TimeUnit unit) {
        return scheduler.now(unit);
    }

    @Override
    public Worker createWorker() {
        return new GuardedWorker(scheduler.createWorker());
    }

    private final class GuardedWorker implements Worker {

        private final Worker worker;

        GuardedWorker(Worker worker) {
            this.worker = worker;
        }

        @Override
        public Disposable schedule(Runnable task) {
            return worker.schedule(guarded(task));
        }

        @Override
        public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
            return worker.schedule(guarded(task), delay, unit);
        }

        @Override
        public Disposable schedulePeriodically(Runnable task, long delay, long period, TimeUnit unit) {
            return worker.schedulePeriodically(guarded(task), delay, period, unit);
        }

        @Override
        public void dispose() {
            worker.dispose();
        }

        @Override
        public boolean isDisposed() {
            return worker.isDisposed();
        }
    }
}
