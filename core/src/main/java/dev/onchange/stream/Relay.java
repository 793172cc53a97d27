package dev.onchange.stream;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;

/**
 * Takes events in on one thread and hands them on by another, in order, as they are asked for; few of them by the same.
 * Between the two go whole batches, each as soon as its last event has come: the driver holds all of a batch when it
 * hands on the first. Other batches are asked for only while little waits. An error comes after all that came before.
 */
final class Relay implements CoreSubscriber<RawBsonDocument>, Subscription, Runnable {

    private static final AtomicLongFieldUpdater<Relay> REQUESTED =
            AtomicLongFieldUpdater.newUpdater(Relay.class, "requested");

    private record Batch(List<RawBsonDocument> events, long bytes) {}

    private final CoreSubscriber<? super RawBsonDocument> downstream;
    private final Scheduler scheduler;
    private final ReadAhead.Batches batches;
    private final Queue<Batch> queue = Queues.<Batch>unbounded().get();
    private final AtomicInteger events = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicBoolean asked = new AtomicBoolean();
    private final AtomicInteger drains = new AtomicInteger();
    private volatile long requested;
    private volatile Subscription upstream = Operators.emptySubscription();
    private volatile boolean over;
    private volatile boolean cancelled;
    private @Nullable Throwable failure;

    // Of the thread that takes in.
    private List<RawBsonDocument> coming = new ArrayList<>();
    private long comingBytes;
    private long received;
    private long wanted = 1;

    // Of the thread that hands on.
    private @Nullable Batch going;
    private int gone;

    Relay(CoreSubscriber<? super RawBsonDocument> downstream, Scheduler scheduler, ReadAhead.Batches batches) {
        this.downstream = downstream;
        this.scheduler = scheduler;
        this.batches = batches;
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
    public void onNext(RawBsonDocument event) {
        coming.add(event);
        comingBytes += event.getByteLength();
        received++;
        long announced = batches.announced();
        if (announced > wanted) {
            upstream.request(announced - wanted);
            wanted = announced;
        }
        if (received >= announced) {
            handOver();
        }
        if (received == wanted) {
            wanted++;
            asked.set(false);
            ask();
        }
    }

    private void handOver() {
        events.addAndGet(coming.size());
        bytes.addAndGet(comingBytes);
        queue.offer(new Batch(coming, comingBytes));
        coming = new ArrayList<>(coming.size());
        comingBytes = 0;
        if (batches.few()) {
            drainHere();
        } else {
            drain();
        }
    }

    @Override
    public void onError(Throwable error) {
        failure = error;
        onComplete();
    }

    @Override
    public void onComplete() {
        if (!coming.isEmpty()) {
            handOver();
        }
        over = true;
        drain();
    }

    @Override
    public void request(long more) {
        Operators.addCap(REQUESTED, this, more);
        if (events.get() > 0) {
            drain();
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        upstream.cancel();
    }

    private void ask() {
        if (events.get() < ReadAhead.EVENTS && bytes.get() < ReadAhead.BYTES && asked.compareAndSet(false, true)) {
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
        for (long asking = requested; handedOn != asking && !cancelled; asking = requested) {
            RawBsonDocument event = next();
            if (event == null) {
                break;
            }
            handedOn++;
            downstream.onNext(event);
        }
        Operators.produced(REQUESTED, this, handedOn);
        if (over && !cancelled && going == null && queue.isEmpty()) {
            end();
        }
    }

    /** Null if all that has come was handed on. */
    private @Nullable RawBsonDocument next() {
        Batch batch = going == null ? queue.poll() : going;
        if (batch == null) {
            return null;
        }
        RawBsonDocument event = batch.events().get(gone++);
        if (gone == batch.events().size()) {
            going = null;
            gone = 0;
            events.addAndGet(-batch.events().size());
            bytes.addAndGet(-batch.bytes());
            ask();
        } else {
            going = batch;
        }
        return event;
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
