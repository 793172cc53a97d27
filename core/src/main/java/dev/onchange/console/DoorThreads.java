package dev.onchange.console;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The threads of the JDK's server. A client that sends a request, or takes an answer, too slowly is given up: the thread is
 * interrupted, which closes the connection; the JDK's own limit is a property of the whole process.
 */
final class DoorThreads implements Executor {

    /** A stream of events holds one for as long as it is open. */
    private static final int MOST = 32;

    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            0, MOST, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> thread(work, "onchange-console-door"));
    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(1, work -> thread(work, "onchange-console-limit"));

    @SuppressWarnings("ThreadLocalUsage") // of one server, whose threads end with it
    private final ThreadLocal<@Nullable ScheduledFuture<?>> limit = new ThreadLocal<>();

    private final Duration time;

    /** @param time how long a request may take to arrive, and a part of an answer to be taken */
    DoorThreads(Duration time) {
        this.time = time;
        timer.setRemoveOnCancelPolicy(true);
    }

    private static Thread thread(Runnable work, String name) {
        Thread thread = new Thread(null, work, name, 0, false);
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void execute(Runnable exchange) {
        threads.execute(() -> {
            mayTake();
            try {
                exchange.run();
            } finally {
                endsInTime();
            }
        });
    }

    /** The client may take so long with what this thread does next: to send a request, or to take a part of an answer. */
    void mayTake() {
        endsInTime();
        Thread worker = Thread.currentThread();
        limit.set(timer.schedule(worker::interrupt, time.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** The client has done it: what this thread does from now on may take its time. */
    void endsInTime() {
        ScheduledFuture<?> ends = limit.get();
        limit.remove();
        if (ends != null) {
            ends.cancel(false);
        }
    }

    void close() {
        threads.shutdownNow();
        timer.shutdownNow();
    }
}
