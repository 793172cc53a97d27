package dev.onchange.engine.timing;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/**
 * Tells of what a task throws. Reactor throws what it holds to be fatal, such as a class that is missing, at the thread
 * that it is on: there it would be logged at best, and a subscriber that waits for a signal would wait for ever.
 */
final class GuardedScheduler implements Scheduler {

    private final Scheduler scheduler;
    private final Consumer<Throwable> whenThrown;

    /** @param whenThrown is told on the thread of the task */
    GuardedScheduler(Scheduler scheduler, Consumer<Throwable> whenThrown) {
        this.scheduler = scheduler;
        this.whenThrown = whenThrown;
    }

    private Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (Throwable thrown) {
                whenThrown.accept(thrown);
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
