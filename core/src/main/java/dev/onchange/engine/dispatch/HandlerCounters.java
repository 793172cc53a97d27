package dev.onchange.engine.dispatch;

import dev.onchange.engine.bson.ChangeKey;
import dev.onchange.status.HandlerCounts;
import dev.onchange.status.ListenerEvent;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/** Counts what became of a handler's deliveries, and publishes events of those that were not handled. */
final class HandlerCounters {

    private final String handlerId;
    private final Consumer<ListenerEvent> events;
    private final LongAdder delivered = new LongAdder();
    private final LongAdder retried = new LongAdder();
    private final LongAdder batches = new LongAdder();
    private final LongAdder[] settled = Stream.generate(LongAdder::new)
            .limit(Outcome.Settled.values().length)
            .toArray(LongAdder[]::new);

    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile @Nullable Throwable lastFailure;

    HandlerCounters(String handlerId, Consumer<ListenerEvent> events) {
        this.handlerId = handlerId;
        this.events = events;
    }

    void delivered() {
        delivered.increment();
    }

    /** The handler was called with a batch. */
    void batch() {
        batches.increment();
    }

    void retried(Delivery delivery, Outcome.RetryAfter retry) {
        retried.increment();
        lastFailure = retry.failure();
        events.accept(new ListenerEvent.AttemptFailed(
                handlerId, delivery.token(), key(delivery), delivery.failures(), retry.delay(), retry.failure()));
    }

    void settled(Outcome.Settled how, Delivery delivery) {
        if (delivery.purpose() != Delivery.Purpose.DISCARD) {
            settled[how.ordinal()].increment();
        }
        if (how != Outcome.Settled.HANDLED) {
            if (delivery.lastFailure() != null) {
                lastFailure = delivery.lastFailure();
            }
            publish(how, delivery);
        }
    }

    private void publish(Outcome.Settled how, Delivery delivery) {
        if (how == Outcome.Settled.SKIPPED) {
            events.accept(new ListenerEvent.ChangeSkipped(handlerId, delivery.token(), delivery.lastFailure()));
        } else if (how == Outcome.Settled.DEAD_LETTERED) {
            events.accept(new ListenerEvent.ChangeDeadLettered(
                    handlerId, delivery.token(), key(delivery), delivery.lastFailure()));
        }
    }

    private static @Nullable BsonDocument key(Delivery delivery) {
        ChangeKey key = delivery.key();
        return key == null ? null : key.toDocument();
    }

    /** The handler stops by itself, for that reason; published once. */
    void handlerStopped(Throwable reason) {
        if (failure.compareAndSet(null, reason)) {
            events.accept(new ListenerEvent.HandlerStopped(handlerId, reason));
        }
    }

    /** Why it has stopped by itself; null if it has not. */
    @Nullable
    Throwable failure() {
        return failure.get();
    }

    /** Why the last failed attempt failed, whatever became of the change; null if none failed. */
    @Nullable
    Throwable lastFailure() {
        return lastFailure;
    }

    /**
     * @param received how many changes the stream has brought since the handler joined it
     * @param inScope how many of these are of the handler's scope and operations
     */
    HandlerCounts counts(long received, long inScope) {
        long matched = delivered.sum();
        return new HandlerCounts(
                Math.max(inScope, matched),
                matched,
                Math.max(0, received - matched),
                of(Outcome.Settled.HANDLED),
                retried.sum(),
                of(Outcome.Settled.DEAD_LETTERED),
                of(Outcome.Settled.PARKED),
                of(Outcome.Settled.SKIPPED),
                of(Outcome.Settled.REPEATED),
                of(Outcome.Settled.COALESCED),
                batches.sum());
    }

    private long of(Outcome.Settled how) {
        return settled[how.ordinal()].sum();
    }
}
