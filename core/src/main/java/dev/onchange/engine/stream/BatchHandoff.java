package dev.onchange.engine.stream;

import dev.onchange.engine.bson.RawBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
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
final class BatchHandoff implements CoreSubscriber<RawBsonDocument>, Subscription {

    /** Batches as large as that tend to come one after the other. */
    private static final int BURST = 256;

    private static final AtomicLongFieldUpdater<BatchHandoff> REQUESTED =
            AtomicLongFieldUpdater.newUpdater(BatchHandoff.class, "requested");

    private record Batch(List<RawBsonDocument> events, long bytes) {}

    private final CoreSubscriber<? super RawBsonDocument> downstream;
    private final DrainWorker drainWorker;
    private final Prefetch.Batches batches;
    private final Queue<Batch> queue = Queues.<Batch>unbounded().get();
    private final AtomicInteger events = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicBoolean asked = new AtomicBoolean();
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
    private boolean burst;

    BatchHandoff(CoreSubscriber<? super RawBsonDocument> downstream, Scheduler scheduler, Prefetch.Batches batches) {
        this.downstream = downstream;
        this.batches = batches;
        this.drainWorker = new DrainWorker(this::handOn, scheduler, this::breakOff);
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
        ask();
    }

    @Override
    public void onNext(RawBsonDocument event) {
        Objects.requireNonNull(event);
        if (over) {
            return;
        }
        try {
            takeIn(event);
        } catch (Throwable unforeseen) {
            // What may come until the upstream has stopped is not handed on: this event is missing before it.
            upstream.cancel();
            onError(unforeseen);
        }
    }

    private void takeIn(RawBsonDocument event) {
        coming.add(event);
        comingBytes += RawBytes.length(event);
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
        List<RawBsonDocument> come = coming;
        events.addAndGet(come.size());
        bytes.addAndGet(comingBytes);
        queue.offer(new Batch(come, comingBytes));
        coming = new ArrayList<>(come.size());
        comingBytes = 0;
        if (batches.few()) {
            drainWorker.here();
        } else if (isBurst(come)) {
            drainWorker.whenItLooks();
        } else {
            drainWorker.elsewhere();
        }
    }

    private static boolean isBurst(List<RawBsonDocument> batch) {
        return batch.size() >= BURST;
    }

    @Override
    public void onError(Throwable error) {
        failure = Objects.requireNonNull(error);
        onComplete();
    }

    @Override
    public void onComplete() {
        if (!coming.isEmpty()) {
            handOver();
        }
        over = true;
        drainWorker.elsewhere();
    }

    @Override
    public void request(long more) {
        if (Operators.validate(more)) {
            Operators.addCap(REQUESTED, this, more);
            if (events.get() > 0) {
                drainWorker.elsewhere();
            }
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        upstream.cancel();
        drainWorker.elsewhere();
    }

    private void ask() {
        if (events.get() < Prefetch.EVENTS && bytes.get() < Prefetch.BYTES && asked.compareAndSet(false, true)) {
            upstream.request(1);
        }
    }

    /** Hands on what was asked for; true if all that came was handed on, and more is likely to come soon. */
    private boolean handOn() {
        try {
            return handOnWhatWasAskedFor();
        } catch (Throwable unforeseen) {
            // Also what Reactor holds to be fatal: thrown at the driver, it would leave the stream silent.
            if (cancelled) {
                drainWorker.dispose();
                throw unforeseen;
            }
            breakOff(unforeseen);
            return false;
        }
    }

    private void breakOff(Throwable unforeseen) {
        if (!cancelled) {
            upstream.cancel();
            failure = unforeseen;
            end();
        }
        drainWorker.dispose();
    }

    private boolean handOnWhatWasAskedFor() {
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
        if (cancelled) {
            drainWorker.dispose();
        }
        return burst && events.get() == 0 && !cancelled;
    }

    /** Null if all that has come was handed on. */
    private @Nullable RawBsonDocument next() {
        Batch batch = going == null ? queue.poll() : going;
        if (batch == null) {
            return null;
        }
        burst = isBurst(batch.events());
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
