package dev.onchange.route;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/**
 * Where work is done.
 *
 * @param handlers runs the handlers, which may block
 * @param timer wakes what waits; nothing blocks it
 */
public record Workers(Scheduler handlers, Scheduler timer) {

    Disposable run(Runnable work) {
        return handlers.schedule(work);
    }

    Disposable runAfter(Duration wait, Runnable work) {
        return timer.schedule(work, wait.toNanos(), TimeUnit.NANOSECONDS);
    }
}
