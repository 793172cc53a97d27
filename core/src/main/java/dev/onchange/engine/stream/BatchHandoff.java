package dev.onchange.engine.stream;

import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;

/**
 * Receives batches on one thread and emits them on another, in order, as they are requested; small ones on the same.
 * Further batches are requested only while few events are queued; those of a batch count until the subscriber requests
 * the next. Only then an error, or the end, is emitted too: after all events that came before it were dealt with.
 */
final class BatchHandoff implements CoreSubscriber<EventBatch>, Subscription {

    /** Dispatching so many events takes less time than another thread takes to wake up. */
    private static final int SMALL = 8;

    /** Batches of at least so many events tend to come one after the other. */
    private static final int BURST = 256;

    private static final AtomicLongFieldUpdater<BatchHandoff> REQUESTED =
            AtomicLongFieldUpdater.newUpdater(BatchHandoff.class, "requested");

    private final CoreSubscriber<? super EventBatch> downstream;
    private final DrainWorker drainWorker;
    private final Queue<EventBatch> queue = Queues.<EventBatch>unbounded().get();
    private final AtomicInteger events = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicBoolean batchRequested = new AtomicBoolean();
    private volatile long requested;
    private volatile Subscription upstream = Operators.emptySubscription();
    private volatile boolean done;
    private volatile boolean cancelled;
    private @Nullable Throwable failure;

    // Used by the thread that emits.
    private @Nullable EventBatch outgoing;
    private boolean burst;

    BatchHandoff(CoreSubscriber<? super EventBatch> downstream, Scheduler scheduler) {
        this.downstream = downstream;
        this.drainWorker = new DrainWorker(this::drain, scheduler, this::fail);
    }

    @Override
    public Context currentContext() {
        return downstream.currentContext();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        if (upstream != Operators.emptySubscription()) {
            subscription.cancel();
            return;
        }
        upstream = subscription;
        downstream.onSubscribe(this);
        requestBatch();
    }

    @Override
    public void onNext(EventBatch batch) {
        Objects.requireNonNull(batch);
        if (done) {
            return;
        }
        try {
            receive(batch);
        } catch (Throwable thrown) {
            // Batches that come until the upstream has stopped are not emitted: this batch is missing before them.
            upstream.cancel();
            onError(thrown);
        }
    }

    private void receive(EventBatch batch) {
        events.addAndGet(batch.size());
        bytes.addAndGet(batch.bytes());
        queue.offer(batch);
        if (batch.size() <= SMALL) {
            drainWorker.runHere();
        } else if (isBurst(batch)) {
            drainWorker.submitLazily();
        } else {
            drainWorker.submit();
        }
        batchRequested.set(false);
        requestBatch();
    }

    private static boolean isBurst(EventBatch batch) {
        return batch.size() >= BURST;
    }

    @Override
    public void onError(Throwable error) {
        failure = Objects.requireNonNull(error);
        onComplete();
    }

    @Override
    public void onComplete() {
        done = true;
        drainWorker.submit();
    }

    @Override
    public void request(long more) {
        if (Operators.validate(more)) {
            Operators.addCap(REQUESTED, this, more);
            if (events.get() > 0 || done) {
                drainWorker.submit();
            }
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        upstream.cancel();
        drainWorker.submit();
    }

    private void requestBatch() {
        if (events.get() < Prefetch.EVENTS
                && bytes.get() < Prefetch.BYTES
                && batchRequested.compareAndSet(false, true)) {
            upstream.request(1);
        }
    }

    /**
     * Emits as many batches as were requested; true if all that came were dealt with, and more are likely to come soon.
     */
    private boolean drain() {
        try {
            return emitRequested();
        } catch (Throwable thrown) {
            // Also errors that Reactor takes for fatal: thrown at the driver, they would leave the stream silent.
            if (cancelled) {
                drainWorker.dispose();
                throw thrown;
            }
            fail(thrown);
            return false;
        }
    }

    private void fail(Throwable thrown) {
        if (!cancelled) {
            upstream.cancel();
            failure = thrown;
            terminate();
        }
        drainWorker.dispose();
    }

    private boolean emitRequested() {
        while (!cancelled && (requested > 0 || outgoing == null)) {
            release();
            boolean ended = done;
            EventBatch batch = requested > 0 ? queue.poll() : null;
            if (batch != null) {
                emit(batch);
                continue;
            }
            if (ended && queue.isEmpty()) {
                terminate();
            }
            break;
        }
        if (cancelled) {
            drainWorker.dispose();
        }
        return burst && events.get() == 0 && !cancelled;
    }

    private void emit(EventBatch batch) {
        outgoing = batch;
        burst = isBurst(batch);
        Operators.produced(REQUESTED, this, 1);
        downstream.onNext(batch);
    }

    /** The subscriber, which asks for more, has done with the batch that it was given. */
    private void release() {
        EventBatch batch = outgoing;
        if (batch != null) {
            outgoing = null;
            events.addAndGet(-batch.size());
            bytes.addAndGet(-batch.bytes());
            requestBatch();
        }
    }

    private void terminate() {
        cancelled = true;
        Throwable reason = failure;
        if (reason == null) {
            downstream.onComplete();
        } else {
            downstream.onError(reason);
        }
    }
}
