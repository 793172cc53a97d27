package dev.onchange.engine.lookup;

import dev.onchange.engine.stream.RawChange;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.AtomicReference;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Operators;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;

/**
 * Holds changes until their documents are looked up. While one batch is looked up, the one before is emitted and the
 * next one is collected: so a batch holds the changes that came during the look-up before it. Changes that need no
 * document are emitted at once, unless changes before them wait.
 *
 * <p>Takes of a batch only as many changes as it may hold, and requests the next batch when it has taken all. Ends when
 * the subscriber has done with what was emitted. Each signal, on whichever
 * thread, calls {@link #drain}, which one thread at a time runs.
 */
final class LookUpSubscriber implements CoreSubscriber<List<RawChange>>, Subscription {

    /** Larger batches are emitted in parts: each change is copied for it. */
    private static final int EMITTED_CHANGES = 256;

    private static final int EMITTED_BYTES = 256 * 1024;

    private static final AtomicLongFieldUpdater<LookUpSubscriber> REQUESTED =
            AtomicLongFieldUpdater.newUpdater(LookUpSubscriber.class, "requested");

    private final CoreSubscriber<? super List<RawChange>> downstream;
    private final LookUpFilters filters;
    private final DocumentFinder finder;
    private final LookUpLimits limits;
    private final BatchSizer sizer;
    private final PendingQueue pending;
    private final CompletedQueue completed;

    private final Queue<RawChange> arrived = Queues.<RawChange>unbounded().get();
    private final AtomicReference<@Nullable BatchResult> lookedUp = new AtomicReference<>();
    private volatile long requested;
    private final AtomicInteger drains = new AtomicInteger();
    private final Disposable.Swap running = Disposables.swap();
    private volatile Subscription upstream = Operators.emptySubscription();
    private volatile boolean done;
    private volatile boolean cancelled;
    private @Nullable Throwable failure;

    // Of the thread that drains.
    private boolean lookingUp;
    private boolean requestedUpstream;
    private boolean emittedAny;
    private @Nullable Throwable failedLookUp;

    /** The result of looking up one batch: completed changes, or a failure. */
    private record BatchResult(
            List<CompletedChange> changes, @Nullable Throwable failure) {}

    LookUpSubscriber(
            CoreSubscriber<? super List<RawChange>> downstream,
            LookUpFilters filters,
            DocumentFinder finder,
            LookUpLimits limits) {
        this.downstream = downstream;
        this.filters = filters;
        this.finder = finder;
        this.limits = limits;
        this.sizer = new BatchSizer(limits);
        this.pending = new PendingQueue(limits);
        this.completed = new CompletedQueue(limits);
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
    }

    @Override
    public void onNext(List<RawChange> changes) {
        changes.forEach(arrived::offer);
        drain();
    }

    @Override
    public void onError(Throwable error) {
        failure = Objects.requireNonNull(error);
        done = true;
        drain();
    }

    @Override
    public void onComplete() {
        done = true;
        drain();
    }

    @Override
    public void request(long more) {
        if (Operators.validate(more)) {
            Operators.addCap(REQUESTED, this, more);
            drain();
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        upstream.cancel();
        running.dispose();
        drain();
    }

    private void drain() {
        if (drains.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        while (missed != 0) {
            if (cancelled) {
                clear();
            } else {
                drainOnce();
            }
            if (!canGoOn()) {
                missed = drains.addAndGet(-missed);
            }
        }
    }

    /** Whether room has been made for changes that wait. */
    private boolean canGoOn() {
        return !cancelled
                && (!arrived.isEmpty() && pending.hasRoom() || !lookingUp && !pending.isEmpty() && completed.hasRoom());
    }

    private void drainOnce() {
        try {
            drainArrived();
            acceptResult();
            startLookUp();
            emit();
            requestUpstream();
            completeIfDone();
        } catch (Throwable unforeseen) {
            // Also errors that Reactor takes for fatal: thrown at the upstream that emits the change, they would leave
            // the stream silent.
            cancelled = true;
            upstream.cancel();
            running.dispose();
            clear();
            downstream.onError(unforeseen);
        }
    }

    private void drainArrived() {
        if (failedLookUp != null) {
            // These were emitted while the upstream was being cancelled; the stream reads them again when it reopens.
            arrived.clear();
            return;
        }
        while (pending.hasRoom()) {
            RawChange change = arrived.poll();
            if (change == null) {
                return;
            }
            requestedUpstream = false;
            RawBsonDocument key = filters.includes(change) ? change.documentKey() : null;
            PendingChange arrivedChange = new PendingChange(change, key);
            if (key == null && !lookingUp && pending.isEmpty() && completed.hasRoom()) {
                completed.add(CompletedChange.withoutDocument(arrivedChange));
            } else {
                pending.add(arrivedChange);
            }
        }
    }

    private void acceptResult() {
        BatchResult result = lookedUp.get();
        if (result == null) {
            return;
        }
        lookedUp.set(null);
        lookingUp = false;
        if (result.failure() == null) {
            completed.addAll(result.changes());
            sizer.learnFrom(result.changes());
        } else {
            // The stream reads the changes that were not emitted again when it reopens.
            upstream.cancel();
            pending.clear();
            arrived.clear();
            failedLookUp = result.failure();
            done = true;
        }
    }

    private void startLookUp() {
        while (!lookingUp && completed.hasRoom() && !pending.isEmpty()) {
            PendingChange plain = pending.pollWithoutKey();
            if (plain != null) {
                completed.add(CompletedChange.withoutDocument(plain));
            } else {
                lookingUp = true;
                lookUp(new LookUpBatch(pending.poll(sizer.batchSize())));
            }
        }
    }

    private void lookUp(LookUpBatch batch) {
        running.update(batch.lookUp(finder, limits.queries())
                .contextWrite(currentContext())
                .subscribe(
                        changes -> offerResult(new BatchResult(changes, null)),
                        error -> offerResult(new BatchResult(List.of(), error))));
    }

    private void offerResult(BatchResult result) {
        lookedUp.set(result);
        drain();
    }

    private void emit() {
        while (requested > 0 && !cancelled) {
            List<RawChange> batch = completed.poll(EMITTED_CHANGES, EMITTED_BYTES);
            if (batch.isEmpty()) {
                return;
            }
            if (requested != Long.MAX_VALUE) {
                REQUESTED.decrementAndGet(this);
            }
            emittedAny = true;
            downstream.onNext(batch);
        }
    }

    private void requestUpstream() {
        if (!requestedUpstream && !done && arrived.isEmpty() && pending.hasRoom()) {
            requestedUpstream = true;
            upstream.request(1);
        }
    }

    private void completeIfDone() {
        boolean settled = !emittedAny || requested > 0;
        if (done && settled && !lookingUp && isEmpty() && !cancelled) {
            cancelled = true;
            Throwable reason = failedLookUp == null ? failure : failedLookUp;
            if (reason == null) {
                downstream.onComplete();
            } else {
                downstream.onError(reason);
            }
        }
    }

    private boolean isEmpty() {
        return arrived.isEmpty() && pending.isEmpty() && completed.isEmpty();
    }

    private void clear() {
        arrived.clear();
        pending.clear();
        completed.clear();
    }
}
