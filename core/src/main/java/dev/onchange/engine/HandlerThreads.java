package dev.onchange.engine;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The threads on which handlers run: the user's executor, or a pool that only the engine uses. */
final class HandlerThreads implements AutoCloseable {

    /** Threads come when calls block, up to so many: each takes some 100 KB. */
    static final int MOST = 1_000;

    private static final long IDLE_SECONDS = 60;

    private final Executor executor;
    private final @Nullable ExecutorService own;

    private HandlerThreads(Executor executor, @Nullable ExecutorService own) {
        this.executor = executor;
        this.own = own;
    }

    static HandlerThreads of(EngineConfiguration configuration) {
        Executor given = configuration.executor;
        if (given != null) {
            return new HandlerThreads(given, null);
        }
        ExecutorService own = pool();
        return new HandlerThreads(own, own);
    }

    private static ExecutorService pool() {
        AtomicInteger number = new AtomicInteger();
        return new ThreadPoolExecutor(0, MOST, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(task, "onchange-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /** How many there can be; the largest number if that is not known. */
    static int most(EngineConfiguration configuration) {
        Executor executor = configuration.executor;
        if (configuration.threads != null) {
            return configuration.threads;
        } else if (executor == null) {
            return MOST;
        } else if (executor instanceof ThreadPoolExecutor pool) {
            // Threads beyond the core come only when the queue is full.
            return pool.getQueue() instanceof SynchronousQueue
                    ? pool.getMaximumPoolSize()
                    : Math.max(1, pool.getCorePoolSize());
        }
        return executor instanceof ForkJoinPool pool ? pool.getParallelism() : Integer.MAX_VALUE;
    }

    Executor executor() {
        return executor;
    }

    /** Lets the engine's own threads end after their present tasks. */
    @Override
    public void close() {
        if (own != null) {
            own.shutdown();
        }
    }
}
