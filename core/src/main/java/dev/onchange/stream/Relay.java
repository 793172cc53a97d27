package dev.onchange.stream;

import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;

/**
 * Takes changes in on one thread and hands them on by another, in order, as they are asked for; few of them by the same.
 * Asks for one at a time, so that it can stop when what waits is large. An error comes after all that came before it.
 */
final class Relay implements CoreSubscriber<RawChange>, Subscription, Runnable {

    private static final AtomicLongFieldUpdater<Relay> REQUESTED =
            AtomicLongFieldUpdater.newUpdater(Relay.class, "requested");

    private final CoreSubscriber<? super RawChange> downstream;
    private final Scheduler scheduler;
    private final BooleanSupplier few;
    private final Queue<RawChange> queue =
            Queues.<RawChange>unbounded(ReadAhead.CHANGES).get();
    private final AtomicInteger changes = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicBoolean asked = new AtomicBoolean();
    private final AtomicInteger drains = new AtomicInteger();
    private volatile long requested;
    private volatile Subscription upstream = Operators.emptySubscription();
    private volatile boolean over;
    private volatile boolean cancelled;
    private @Nullable Throwable failure;

    /** @param few whether what has just come is no burst: then changing threads would take longer than it saves */
    Relay(CoreSubscriber<? super RawChange> downstream, Scheduler scheduler, BooleanSupplier few) {
        this.downstream = downstream;
        this.scheduler = scheduler;
        this.few = few;
    }

    @Override
    public Context currentContext() {
        return downstream.currentContext();
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        upstream = subscription;
        downstream.onSubscribe(this);
        ask();
    }

    @Override
    public void onNext(RawChange change) {
        changes.incrementAndGet();
        bytes.addAndGet(change.size());
        queue.offer(change);
        if (few.getAsBoolean()) {
            drainHere();
        } else {
            drain();
        }
        asked.set(false);
        ask();
    }

    @Override
    public void onError(Throwable error) {
        failure = error;
        onComplete();
    }

    @Override
    public void onComplete() {
        over = true;
        drain();
    }

    @Override
    public void request(long more) {
        Operators.addCap(REQUESTED, this, more);
        drain();
    }

    @Override
    public void cancel() {
        cancelled = true;
        upstream.cancel();
    }

    private void ask() {
        if (changes.get() < ReadAhead.CHANGES && bytes.get() < ReadAhead.BYTES && asked.compareAndSet(false, true)) {
            upstream.request(1);
        }
    }

    private void drainHere() {
        if (drains.getAndIncrement() == 0) {
            run();
        }
    }

    private void drain() {
        if (drains.getAndIncrement() == 0) {
            try {
                scheduler.schedule(this);
            } catch (RejectedExecutionException e) {
                // The scheduler is gone, and with it all who listened.
                upstream.cancel();
            }
        }
    }

    /** Hands on what was asked for, until nothing more has happened. */
    @Override
    public void run() {
        int seen = drains.get();
        do {
            handOn();
            seen = drains.addAndGet(-seen);
        } while (seen != 0);
    }

    private void handOn() {
        long handedOn = 0;
        for (long wanted = requested; handedOn != wanted && !cancelled; wanted = requested) {
            RawChange change = queue.poll();
            if (change == null) {
                break;
            }
            handedOn++;
            changes.decrementAndGet();
            bytes.addAndGet(-change.size());
            downstream.onNext(change);
            ask();
        }
        Operators.produced(REQUESTED, this, handedOn);
        if (over && !cancelled && queue.isEmpty()) {
            end();
        }
    }

    private void end() {
        cancelled = true;
        Throwable reason = failure;
        if (reason == null) {
            downstream.onComplete();
        } else {
            downstream.onError(reason);
        }
    }
}
