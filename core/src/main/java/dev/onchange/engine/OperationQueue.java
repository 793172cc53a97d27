package dev.onchange.engine;

import dev.onchange.OnChangeException;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * Runs operations one after the other on a thread of their own: an operation that has begun is finished even if the
 * thread of its caller is interrupted. Safe for use by several threads.
 */
final class OperationQueue {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerEngine.class);

    private final ExecutorService executor;
    private final Sinks.Empty<Void> end = Sinks.empty();
    private volatile boolean ended;
    private volatile @Nullable Thread worker;
    private volatile @Nullable Thread caller;

    OperationQueue(ThreadFactory threads) {
        this.executor = new ThreadPoolExecutor(
                1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> newThread(threads, task));
    }

    private Thread newThread(ThreadFactory threads, Runnable task) {
        Thread thread = threads.newThread(task);
        worker = thread;
        return thread;
    }

    /**
     * Runs an operation and waits for its result. A caller that is interrupted leaves, and the operation goes on.
     *
     * @param whenLeft is given the result that the caller did not wait for, as an operation of its own
     * @throws OnChangeException if the caller was interrupted, or is an operation itself
     */
    <T> T call(Supplier<T> operation, Consumer<T> whenLeft) {
        CompletableFuture<T> result = submit(operation);
        try {
            return result.get();
        } catch (InterruptedException e) {
            whenLeft(result, whenLeft);
            Thread.currentThread().interrupt();
            throw interrupted();
        } catch (ExecutionException e) {
            throw unwrapped(e.getCause());
        }
    }

    /** The same without a result. */
    void run(Runnable operation) {
        call(() -> done(operation), done -> {});
    }

    /** The same for a caller that must not leave: an interrupt is kept until the operation has ended. */
    <T> T callToEnd(Supplier<T> operation) {
        CompletableFuture<T> result = submit(operation);
        try {
            return result.join();
        } catch (CompletionException e) {
            throw unwrapped(e.getCause());
        }
    }

    /** Runs an operation without a caller; not at all once the queue has ended. */
    void schedule(Runnable operation) {
        try {
            executor.execute(() -> {
                caller = null;
                operation.run();
            });
        } catch (RejectedExecutionException late) {
            return;
        }
    }

    /** The thread that waits for the present operation; null if none does. */
    @Nullable
    Thread caller() {
        return caller;
    }

    /** Whether the present thread is the one of the operations. */
    boolean isHere() {
        return Thread.currentThread() == worker;
    }

    /** Whether no operation is to wait for anything any more. */
    boolean hasEnded() {
        return ended;
    }

    /** Completes when no operation is to wait for anything any more. */
    Mono<Void> ended() {
        return end.asMono();
    }

    /** Lets the present operation wait for nothing any more, and refuses further ones. */
    void end() {
        ended = true;
        end.tryEmitEmpty();
        executor.shutdown();
    }

    /** After {@link #end}, waits for the present operation, but not for one that something else than the server holds up. */
    void awaitEnd(Duration atMost) {
        try {
            if (!executor.awaitTermination(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static IllegalStateException closed() {
        return new IllegalStateException("The listeners are closed; start new ones.");
    }

    private <T> CompletableFuture<T> submit(Supplier<T> operation) {
        if (isHere()) {
            throw new OnChangeException(List.of(new Problem(
                    ProblemCode.CALLED_FROM_HANDLER,
                    "ChangeListeners",
                    "this is called in the midst of another operation, by something that it waits for, and operations run"
                            + " one after the other.",
                    "Call it in another thread, and do not wait for that.")));
        }
        if (Schedulers.isInNonBlockingThread()) {
            throw new IllegalStateException("Operations on listeners block, which is not supported in thread "
                    + Thread.currentThread().getName() + "; call them in another one.");
        }
        Thread here = Thread.currentThread();
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            executor.execute(() -> perform(operation, here, result));
        } catch (RejectedExecutionException late) {
            throw closed();
        }
        return result;
    }

    private <T> void perform(Supplier<T> operation, Thread by, CompletableFuture<T> result) {
        caller = by;
        try {
            if (ended) {
                throw closed();
            }
            result.complete(operation.get());
        } catch (Throwable failure) {
            result.completeExceptionally(failure);
        } finally {
            caller = null;
        }
    }

    private <T> void whenLeft(CompletableFuture<T> result, Consumer<T> whenLeft) {
        schedule(() -> {
            if (!result.isCompletedExceptionally()) {
                whenLeft.accept(result.join());
            }
        });
    }

    /** Work that logs its failure, as no caller waits for it. */
    static Runnable logged(Runnable work) {
        return () -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                LOG.error("What was asked for in the midst of a call of a handler failed after it", e);
            }
        };
    }

    private static boolean done(Runnable operation) {
        operation.run();
        return true;
    }

    private static OnChangeException interrupted() {
        return new OnChangeException(List.of(new Problem(
                ProblemCode.OPERATION_LEFT,
                "ChangeListeners",
                "the thread was interrupted while it waited for the end of an operation, which goes on without it; handlers"
                        + " that were to be added are removed again.",
                "See status() for what became of it.")));
    }

    static RuntimeException unwrapped(@Nullable Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(failure);
    }
}
