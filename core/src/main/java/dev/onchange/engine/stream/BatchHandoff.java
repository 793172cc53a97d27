package dev.onchange.engine.stream;

import java.util.ArrayList;
import java.util.List;
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
 * Receives events one by one on one thread and emits them in batches on another, in order, as these are requested; small
 * batches on the same. A batch is handed off as soon as its last event has come: the driver holds all of it when it emits
 * the first event. Further batches are requested only while few events are queued; those of a batch count until the
 * subscriber requests the next. Only then an error, or the end, is emitted too: after all events that came before it were
 * dealt with.
 */
final class BatchHandoff implements CoreSubscriber<byte[]>, Subscription {

    /** Batches of at least so many events tend to come one after the other. */
    private static final int BURST = 256;

    private static final AtomicLongFieldUpdater<BatchHandoff> REQUESTED =
            AtomicLongFieldUpdater.newUpdater(BatchHandoff.class, "requested");

    private record Batch(List<byte[]> events, long bytes) {}

    private final CoreSubscriber<? super List<byte[]>> downstream;
    private final DrainWorker drainWorker;
    private final Prefetch.Batches batches;
    private final Queue<Batch> queue = Queues.<Batch>unbounded().get();
    private final AtomicInteger events = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicBoolean batchRequested = new AtomicBoolean();
    private volatile long requested;
    private volatile Subscription upstream = Operators.emptySubscription();
    private volatile boolean done;
    private volatile boolean cancelled;
    private @Nullable Throwable failure;

    // Used by the thread that receives.
    private List<byte[]> incoming = new ArrayList<>();
    private long incomingBytes;
    private long receivedEvents;
    private long requestedUpstream = 1;

    // Used by the thread that emits.
    private @Nullable Batch outgoing;
    private boolean burst;

    BatchHandoff(CoreSubscriber<? super List<byte[]>> downstream, Scheduler scheduler, Prefetch.Batches batches) {
        this.downstream = downstream;
        this.batches = batches;
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
    public void onNext(byte[] event) {
        Objects.requireNonNull(event);
        if (done) {
            return;
        }
        try {
            receive(event);
        } catch (Throwable thrown) {
            // Events that come until the upstream has stopped are not emitted: this event is missing before them.
            upstream.cancel();
            onError(thrown);
        }
    }

    private void receive(byte[] event) {
        incoming.add(event);
        incomingBytes += event.length;
        receivedEvents++;
        long announced = batches.announced();
        if (announced > requestedUpstream) {
            upstream.request(announced - requestedUpstream);
            requestedUpstream = announced;
        }
        if (receivedEvents >= announced) {
            enqueueBatch();
        }
        if (receivedEvents == requestedUpstream) {
            requestedUpstream++;
            batchRequested.set(false);
            requestBatch();
        }
    }

    private void enqueueBatch() {
        List<byte[]> complete = incoming;
        events.addAndGet(complete.size());
        bytes.addAndGet(incomingBytes);
        queue.offer(new Batch(complete, incomingBytes));
        incoming = new ArrayList<>(complete.size());
        incomingBytes = 0;
        if (batches.lastWasSmall()) {
            drainWorker.runHere();
        } else if (isBurst(complete)) {
            drainWorker.submitLazily();
        } else {
            drainWorker.submit();
        }
    }

    private static boolean isBurst(List<byte[]> batch) {
        return batch.size() >= BURST;
    }

    @Override
    public void onError(Throwable error) {
        failure = Objects.requireNonNull(error);
        onComplete();
    }

    @Override
    public void onComplete() {
        if (!incoming.isEmpty()) {
            enqueueBatch();
        }
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
            Batch batch = requested > 0 ? queue.poll() : null;
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

    private void emit(Batch batch) {
        outgoing = batch;
        burst = isBurst(batch.events());
        Operators.produced(REQUESTED, this, 1);
        downstream.onNext(batch.events());
    }

    /** The subscriber, which asks for more, has done with the batch that it was given. */
    private void release() {
        Batch batch = outgoing;
        if (batch != null) {
            outgoing = null;
            events.addAndGet(-batch.events().size());
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
