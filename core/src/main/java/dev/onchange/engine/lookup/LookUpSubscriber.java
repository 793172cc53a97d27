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
 * Where changes wait for their documents. While one batch is looked up, the one before is handed on and the next one
 * comes: so a batch is what came during the look-up before it, one change if little happens. Changes that need no
 * document pass at once, unless others before them wait.
 *
 * <p>Asks for one change at a time, so that it can stop when what has come is large. Whatever happens, on whichever
 * thread, leads to {@link #drain}, where one thread at a time does what there is to do.
 */
final class LookUpSubscriber implements CoreSubscriber<RawChange>, Subscription {

    private static final AtomicLongFieldUpdater<LookUpSubscriber> REQUESTED =
            AtomicLongFieldUpdater.newUpdater(LookUpSubscriber.class, "requested");

    private final CoreSubscriber<? super RawChange> downstream;
    private final LookUpFilters filters;
    private final DocumentFinder finder;
    private final LookUpLimits limits;
    private final BatchSizer sizer;
    private final PendingQueue waiting;
    private final CompletedQueue ready;

    private final Queue<RawChange> arrived = Queues.<RawChange>unbounded().get();
    private final AtomicReference<@Nullable Landing> landed = new AtomicReference<>();
    private volatile long requested;
    private final AtomicInteger drains = new AtomicInteger();
    private final Disposable.Swap flight = Disposables.swap();
    private volatile Subscription upstream = Operators.emptySubscription();
    private volatile boolean over;
    private volatile boolean cancelled;
    private @Nullable Throwable failure;

    // Of the thread that drains.
    private boolean flying;
    private boolean asked;
    private @Nullable Throwable failedLookUp;

    /** What became of a look-up. */
    private record Landing(
            List<CompletedChange> departures, @Nullable Throwable failure) {}

    LookUpSubscriber(
            CoreSubscriber<? super RawChange> downstream,
            LookUpFilters filters,
            DocumentFinder finder,
            LookUpLimits limits) {
        this.downstream = downstream;
        this.filters = filters;
        this.finder = finder;
        this.limits = limits;
        this.sizer = new BatchSizer(limits);
        this.waiting = new PendingQueue(limits);
        this.ready = new CompletedQueue(limits);
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
    public void onNext(RawChange change) {
        arrived.offer(change);
        drain();
    }

    @Override
    public void onError(Throwable error) {
        failure = Objects.requireNonNull(error);
        over = true;
        drain();
    }

    @Override
    public void onComplete() {
        over = true;
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
        flight.dispose();
        drain();
    }

    private void drain() {
        if (drains.getAndIncrement() != 0) {
            return;
        }
        int missed = 1;
        while (missed != 0) {
            if (cancelled) {
                forget();
            } else {
                doWhatThereIs();
            }
            missed = drains.addAndGet(-missed);
        }
    }

    private void doWhatThereIs() {
        try {
            drainArrived();
            acceptResult();
            startLookUp();
            emit();
            askForMore();
            end();
        } catch (Throwable unforeseen) {
            // Also what Reactor holds to be fatal: thrown to whoever brought the change, it would leave the stream
            // silent.
            cancelled = true;
            upstream.cancel();
            flight.dispose();
            forget();
            downstream.onError(unforeseen);
        }
    }

    private void drainArrived() {
        if (failedLookUp != null) {
            // In transit when the upstream was cancelled: what came before is gone, and comes again with it.
            arrived.clear();
            return;
        }
        for (RawChange change = arrived.poll(); change != null; change = arrived.poll()) {
            asked = false;
            RawBsonDocument key = filters.include(change) ? change.documentKey() : null;
            PendingChange pending = new PendingChange(change, key);
            if (key == null && !flying && waiting.isEmpty() && ready.hasRoom()) {
                ready.add(CompletedChange.plain(pending));
            } else {
                waiting.add(pending);
            }
        }
    }

    private void acceptResult() {
        Landing landing = landed.get();
        if (landing == null) {
            return;
        }
        landed.set(null);
        flying = false;
        if (landing.failure() == null) {
            ready.addAll(landing.departures());
            sizer.had(landing.departures());
        } else {
            // What has not been handed on comes again when the stream goes on.
            upstream.cancel();
            waiting.clear();
            arrived.clear();
            failedLookUp = landing.failure();
            over = true;
        }
    }

    private void startLookUp() {
        while (!flying && ready.hasRoom() && !waiting.isEmpty()) {
            PendingChange plain = waiting.pollPlain();
            if (plain != null) {
                ready.add(CompletedChange.plain(plain));
            } else {
                flying = true;
                lookUp(new LookUpBatch(waiting.poll(sizer.keys())));
            }
        }
    }

    private void lookUp(LookUpBatch batch) {
        flight.update(batch.lookUp(finder, limits.queries())
                .contextWrite(currentContext())
                .subscribe(
                        departures -> acceptResult(new Landing(departures, null)),
                        error -> acceptResult(new Landing(List.of(), error))));
    }

    private void acceptResult(Landing landing) {
        landed.set(landing);
        drain();
    }

    private void emit() {
        while (requested > 0 && !cancelled) {
            CompletedChange next = ready.poll();
            if (next == null) {
                return;
            }
            if (requested != Long.MAX_VALUE) {
                REQUESTED.decrementAndGet(this);
            }
            downstream.onNext(next.whole());
        }
    }

    private void askForMore() {
        if (!asked && !over && waiting.hasRoom()) {
            asked = true;
            upstream.request(1);
        }
    }

    private void end() {
        if (over && !flying && arrived.isEmpty() && waiting.isEmpty() && ready.isEmpty() && !cancelled) {
            cancelled = true;
            Throwable reason = failedLookUp == null ? failure : failedLookUp;
            if (reason == null) {
                downstream.onComplete();
            } else {
                downstream.onError(reason);
            }
        }
    }

    private void forget() {
        arrived.clear();
        waiting.clear();
        ready.clear();
    }
}
