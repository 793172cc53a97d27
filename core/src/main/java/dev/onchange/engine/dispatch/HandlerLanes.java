package dev.onchange.engine.dispatch;

import dev.onchange.OnChangeException;
import dev.onchange.Ordering;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.HandlerCounts;
import dev.onchange.status.ListenerEvent;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The deliveries of one handler: queued, run by as many lanes at a time as the handler allows, counted, and closed. */
final class HandlerLanes {

    private final HandlerSpec spec;
    private final DeliveryHandler deliveryHandler;
    private final Workers workers;
    private final DeliveryQueue queue;
    private final HandlerCounters counters;
    private final LaneShutdown shutdown;
    private final LaneRunner runner;
    private final Queue<Delivery> replaced = new ConcurrentLinkedQueue<>();

    HandlerLanes(
            HandlerSpec spec,
            DeliveryHandler deliveryHandler,
            Workers workers,
            LaneQuota quota,
            Clock clock,
            Consumer<ListenerEvent> events) {
        this.spec = spec;
        this.deliveryHandler = deliveryHandler;
        this.workers = workers;
        this.counters = new HandlerCounters(spec.id(), events);
        LatestChanges latest = spec.coalescing() == null
                ? null
                : new LatestChanges(spec.coalescing().quiet(), clock);
        this.queue = new DeliveryQueue(
                spec.ordering(),
                spec.concurrency(),
                batching(spec, deliveryHandler, latest, clock),
                latest == null ? null : new Coalescing(latest, this::replaced));
        HandlerPermits permits = workers.permits().enter(spec.id(), spec.concurrency());
        this.shutdown = new LaneShutdown(spec, deliveryHandler, workers.permits(), queue, this::start);
        this.runner = new LaneRunner(
                spec.ordering() == Ordering.STREAM,
                deliveryHandler,
                workers,
                permits,
                quota,
                queue,
                counters,
                shutdown);
        if (spec.batch() != null && deliveryHandler instanceof BatchDeliveryHandler inBatches) {
            runner.handOver(new BatchRunner(inBatches, runner, workers, permits, queue, counters, shutdown));
        }
        if (mayLinger()) {
            runner.waitBy(new LaneTimers(queue, workers, runner::start, this::releaseReplaced));
        }
    }

    private static @Nullable Batching batching(
            HandlerSpec spec, DeliveryHandler deliveryHandler, @Nullable LatestChanges latest, Clock clock) {
        return spec.batch() != null && deliveryHandler instanceof BatchDeliveryHandler inBatches
                ? new Batching(
                        spec.batch(),
                        inBatches::takesInBatch,
                        latest == null ? Delivery::receivedAt : latest::handedOverAt,
                        clock)
                : null;
    }

    /** Counted before the position passes it, and released when no lock is held. */
    private void replaced(Delivery delivery) {
        delivery.settledAs = Outcome.Settled.COALESCED;
        counters.settled(Outcome.Settled.COALESCED, delivery);
        replaced.add(delivery);
    }

    private void releaseReplaced() {
        for (Delivery next = replaced.poll(); next != null; next = replaced.poll()) {
            next.settled(Outcome.Settled.COALESCED);
        }
    }

    /** Whether changes may wait here although the handler could take them. */
    boolean mayLinger() {
        return spec.batch() != null || spec.coalescing() != null;
    }

    /** Hands over what waits for more. */
    void flush() {
        queue.flush();
        runner.start();
    }

    /** Takes over a delivery, in the order of the stream, until {@link #start}; drops it once the handler has stopped. */
    void offer(Delivery delivery) {
        if (queue.offer(delivery)) {
            if (delivery.isOfStream()) {
                counters.delivered();
            }
        } else {
            delivery.dropped();
        }
    }

    /** Takes over a change, in the order of the stream, that is to wait until it is released or discarded. */
    void hold(Delivery delivery) {
        if (!queue.hold(delivery)) {
            delivery.dropped();
        }
    }

    /** A change that was held goes on, until {@link #start}. */
    void release(Delivery delivery) {
        queue.release(delivery);
        counters.delivered();
    }

    /** A change that was held is not the handler's; gives whether it has to be released. */
    boolean discard(Delivery delivery) {
        return queue.discard(delivery);
    }

    /** How far the handler has come if the stream had come as far as {@code streamPosition} before this call. */
    @Nullable
    Position position(@Nullable Position streamPosition) {
        return queue.position(streamPosition);
    }

    /**
     * Drops what is queued or waits for another attempt; completes when what is running has ended.
     *
     * @param streamPosition how far the stream has come
     * @param excluded the threads whose calls are not waited for
     */
    Mono<Void> close(@Nullable Position streamPosition, Predicate<Thread> excluded) {
        return shutdown.close(streamPosition, excluded);
    }

    /**
     * Takes no more deliveries, and finishes those that lie before the newest that has begun, so that nothing settled lies
     * beyond the position; completes when all these have ended.
     *
     * @param streamPosition how far the stream has come
     * @param excluded the threads whose calls are not waited for
     */
    Mono<Void> finish(@Nullable Position streamPosition, Predicate<Thread> excluded) {
        return shutdown.finish(streamPosition, excluded);
    }

    /** What the handler has settled beyond that position, at which it was closed; null if nothing is known. */
    @Nullable
    SettledAhead settledAhead(Position position, @Nullable SettledAhead before) {
        return queue.settledAhead(position, before);
    }

    /** The handler receives no more deliveries, for that reason, and finishes those that it was given. */
    void failed(Throwable reason) {
        counters.handlerStopped(reason);
    }

    /** Interrupts what is still running after {@link #close}, unless the handler has calls that are not waited for. */
    void interrupt(Predicate<Thread> excluded) {
        if (shutdown.callsOn(excluded) > 0) {
            return;
        }
        shutdown.closeInterrupted();
        runner.cancelPending();
        queue.lanes().forEach(Lane::interrupt);
    }

    /** Whether a thread works for the handler, so that waiting for its end would be waiting for itself. */
    boolean isWorkedBy(Thread thread) {
        return shutdown.isCalledBy(thread);
    }

    /** Whether the lanes were closed or the handler has failed, and no call goes on, interrupted ones included. */
    boolean hasEnded() {
        return isQuiet() && deliveryHandler.callingThreads().isEmpty();
    }

    /** Keeps what is offered until a former call of the handler has ended. */
    void hold(Mono<Void> formerCall) {
        runner.hold(formerCall);
    }

    /** Why the handler stopped by itself; null if it did not. */
    @Nullable
    Throwable failure() {
        return counters.failure();
    }

    /** Why the handler cannot go on at the moment; null if it can. */
    @Nullable
    Throwable trouble() {
        if (runner.isHeld()) {
            return formerCallNotEnded();
        }
        Throwable trouble = deliveryHandler.trouble();
        return trouble == null && queue.inFlight() > 0 ? workers.refusal() : trouble;
    }

    private OnChangeException formerCallNotEnded() {
        return new OnChangeException(List.of(new Problem(
                ProblemCode.CALL_NOT_ENDED,
                spec.where(),
                "a call that began before the streams were exchanged was interrupted after the stop time-out, and goes"
                        + " on. The handler is given nothing more until it has ended.",
                "Let the handler end when its thread is interrupted, or allow it more time with stopTimeout.")));
    }

    /** Why the last failed attempt failed; null if none did. */
    @Nullable
    Throwable lastFailure() {
        return counters.lastFailure();
    }

    HandlerCounts counts(long received, long inScope) {
        return counters.counts(received, inScope);
    }

    int inFlight() {
        return queue.inFlight();
    }

    /** When the oldest unsettled change came, in milliseconds; null if all are settled. */
    @Nullable
    Long oldestReceivedAt() {
        return queue.oldestReceivedAt();
    }

    /**
     * As {@link DeliveryQueue#inFlightSince}.
     */
    @Nullable
    InFlight inFlightSince(Instant time) {
        return queue.inFlightSince(time);
    }

    /** Whether the lanes were closed or the handler has failed, and no delivery runs any more. */
    boolean isQuiet() {
        return queue.isQuiet();
    }

    /** Lets the workers handle what was offered; they may do so at once, on this thread. */
    void start() {
        runner.start();
    }
}
