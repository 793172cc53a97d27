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
 * The threads of the JDK's server. A request that is not read after some seconds is given up: its thread is interrupted, which
 * closes the connection; the JDK's own limit is a property of the whole process.
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

    private final Duration toRead;

    /** @param toRead how long a request may take to arrive */
    DoorThreads(Duration toRead) {
        this.toRead = toRead;
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
            Thread reader = Thread.currentThread();
            limit.set(timer.schedule(reader::interrupt, toRead.toMillis(), TimeUnit.MILLISECONDS));
            try {
                exchange.run();
            } finally {
                requestRead();
            }
        });
    }

    /** The request of this thread is read: it may take its time from now on. */
    void requestRead() {
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
