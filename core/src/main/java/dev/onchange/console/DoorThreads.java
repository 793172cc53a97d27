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

    /**
     * Above this a request has a shorter time to arrive, as half-sent ones could hold all. The server reads a request on its
     * thread before it says where that comes from, so no address can be given a share.
     */
    private static final int MANY = 16;

    private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
            0, MOST, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), work -> thread(work, "onchange-console-door"));
    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(1, work -> thread(work, "onchange-console-limit"));

    @SuppressWarnings("ThreadLocalUsage") // of one server, whose threads end with it
    private final ThreadLocal<@Nullable ScheduledFuture<?>> limit = new ThreadLocal<>();

    private final Duration time;

    /**
     * @param time how long a request may take to arrive, and a part of an answer to be taken; a tenth of it to arrive, while
     *     many threads are taken
     */
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
            mayTake(threads.getActiveCount() > MANY ? time.dividedBy(10) : time);
            try {
                exchange.run();
            } finally {
                endsInTime();
            }
        });
    }

    /** The client may take so long with what this thread does next: to send a request, or to take a part of an answer. */
    void mayTake() {
        mayTake(time);
    }

    private void mayTake(Duration longest) {
        endsInTime();
        Thread worker = Thread.currentThread();
        limit.set(timer.schedule(worker::interrupt, longest.toMillis(), TimeUnit.MILLISECONDS));
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
