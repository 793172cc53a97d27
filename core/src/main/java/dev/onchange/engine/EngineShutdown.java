package dev.onchange.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Ends the streams, saves the positions for the last time and closes what the engine has opened. */
final class EngineShutdown {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerEngine.class);

    private final OperationQueue queue;
    private final ActiveStreams activeStreams;
    private final OplogMonitor oplogMonitor;
    private final FinalSave finalSave;
    private final EngineParts parts;
    private final MongoConnection connection;
    private final ThreadFactory threads;
    private final Membership membership;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    EngineShutdown(
            OperationQueue queue,
            ActiveStreams activeStreams,
            OplogMonitor oplogMonitor,
            FinalSave finalSave,
            EngineParts parts,
            MongoConnection connection,
            Membership membership,
            ThreadFactory threads) {
        this.membership = membership;
        this.queue = queue;
        this.activeStreams = activeStreams;
        this.oplogMonitor = oplogMonitor;
        this.finalSave = finalSave;
        this.parts = parts;
        this.connection = connection;
        this.threads = threads;
    }

    /**
     * Lets everything be closed. If a handler calls this, its own stream is closed after that call.
     *
     * @param all closes everything
     */
    void close(Runnable all) {
        queue.end();
        if (activeStreams.isWorkedHere()) {
            parts.workers.reentrantCalls().within(this::endExceptReentrantCalls);
            threads.newThread(OperationQueue.logged(all)).start();
        } else if (queue.isHere() || Schedulers.isInNonBlockingThread()) {
            threads.newThread(OperationQueue.logged(all)).start();
        } else {
            all.run();
        }
    }

    /** A handler that closes the listeners may close next what other handlers use, or the store of the positions. */
    private void endExceptReentrantCalls() {
        Mono<Void> end = activeStreams.stopExceptReentrantCalls().then(finalSave.flush());
        if (Schedulers.isInNonBlockingThread()) {
            end.subscribe(done -> {}, EngineShutdown::logUnsaved);
        } else {
            end.onErrorResume(failure -> Mono.fromRunnable(() -> logUnsaved(failure)))
                    .block();
        }
    }

    private static void logUnsaved(Throwable failure) {
        LOG.warn("Positions are saved only after the call of the handler that has closed its listeners", failure);
    }

    /** Closes everything on a thread of its own, and waits for that, interrupted or not; the first caller gets a failure. */
    void close() {
        queue.end();
        if (closing.compareAndSet(false, true)) {
            threads.newThread(this::closeNow).start();
            try {
                closed.join();
            } catch (CompletionException e) {
                throw OperationQueue.unwrapped(e.getCause());
            }
        } else {
            closed.handle((done, failure) -> true).join();
        }
    }

    private void closeNow() {
        try {
            queue.awaitEnd(EngineConfiguration.SHORT_OPENING);
            oplogMonitor.stop();
            Mono.when(membership.leave(), activeStreams.stop())
                    .then(finalSave.stop())
                    .onErrorResume(unsaved -> membership.end().then(Mono.error(unsaved)))
                    .then(membership.end())
                    .block();
            release(null);
        } catch (Throwable failure) {
            release(failure);
        }
    }

    private void release(@Nullable Throwable failure) {
        try {
            membership.close();
            parts.close();
            connection.close();
        } finally {
            if (failure == null) {
                closed.complete(null);
            } else {
                closed.completeExceptionally(failure);
            }
        }
    }
}
