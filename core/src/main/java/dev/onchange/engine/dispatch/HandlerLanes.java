package dev.onchange.engine.dispatch;

import dev.onchange.OnChangeException;
import dev.onchange.Ordering;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.HandlerCounts;
import dev.onchange.status.ListenerEvent;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Runs one handler's deliveries, as many at a time as it allows. What waits holds no thread. */
final class HandlerLanes {

    /** How many deliveries a lane works off before it lets other work of its thread go first. */
    private static final int BURST = 256;

    private enum Progress {
        SETTLED,
        LEFT,
        OCCUPIES,
        ABANDONED
    }

    private final boolean serial;
    private final DeliveryHandler deliveryHandler;
    private final Workers workers;
    private final HandlerPermits share;
    private final DeliveryQueue queue;
    private final HandlerCounters counters;
    private final Set<Disposable> going = ConcurrentHashMap.newKeySet();
    private final Set<Waiting> waiting = ConcurrentHashMap.newKeySet();
    private final HandlerSpec spec;
    private volatile boolean held;
    private final AtomicBoolean sharing = new AtomicBoolean(true);
    private volatile boolean closing;
    private volatile boolean interrupted;

    /** @param passedOver the threads whose calls are not waited for */
    private record Waiting(Predicate<Thread> passedOver, Sinks.Empty<Void> quiet) {}

    HandlerLanes(HandlerSpec spec, DeliveryHandler deliveryHandler, Workers workers, Consumer<ListenerEvent> events) {
        this.counters = new HandlerCounters(spec.id(), events);
        this.spec = spec;
        this.serial = spec.ordering() == Ordering.STREAM;
        this.deliveryHandler = deliveryHandler;
        this.workers = workers;
        this.share = workers.shares().enter(spec.id(), spec.concurrency());
        this.queue = new DeliveryQueue(spec.ordering(), spec.concurrency());
    }

    /** Takes over a delivery, in the order of the stream, until {@link #start}; drops it once the handler has stopped. */
    void offer(Delivery delivery) {
        if (queue.offer(delivery)) {
            if (delivery.purpose() == null) {
                counters.delivered();
            }
        } else {
            delivery.dropped();
        }
    }

    /** How far the handler has come if the stream had come as far as {@code stream} before this call. */
    @Nullable
    Position position(@Nullable Position stream) {
        return queue.position(stream);
    }

    /**
     * Drops what is queued or waits for another attempt; completes when what is running has ended.
     *
     * @param stream how far the stream has come
     * @param passedOver the threads whose calls are not waited for
     */
    Mono<Void> close(@Nullable Position stream, Predicate<Thread> passedOver) {
        Waiting here = new Waiting(passedOver, Sinks.empty());
        waiting.add(here);
        close(stream, (Delivery) null);
        return here.quiet().asMono();
    }

    /**
     * Takes no more, and finishes what lies before the newest change that has begun, so that nothing settled lies beyond
     * the position; completes when all that has ended.
     *
     * @param stream how far the stream has come
     * @param passedOver the threads whose calls are not waited for
     */
    Mono<Void> finish(@Nullable Position stream, Predicate<Thread> passedOver) {
        Waiting here = new Waiting(passedOver, Sinks.empty());
        waiting.add(here);
        closing = true;
        queue.finish(stream).forEach(Delivery::dropped);
        tellIfQuiet();
        return here.quiet().asMono();
    }

    /** What the handler has settled beyond that position, at which it was closed; null if nothing is known. */
    @Nullable
    SettledAhead settledAhead(Position position, @Nullable SettledAhead before) {
        return queue.settledAhead(position, before);
    }

    /** The handler receives nothing more, and finishes what it was given. */
    void stopTaking(Throwable reason) {
        counters.stopped(reason);
    }

    /** Interrupts what is still running after {@link #close}, unless the handler has calls that are not waited for. */
    void interrupt(Predicate<Thread> passedOver) {
        if (callsOn(passedOver) > 0) {
            return;
        }
        interrupted = true;
        close(null, (Delivery) null);
        going.forEach(Disposable::dispose);
        queue.lanes().forEach(Lane::interrupt);
    }

    /** Whether a thread works for the handler, so that waiting for its end would be waiting for itself. */
    boolean isWorkedBy(Thread thread) {
        return callsOn(thread::equals) > 0;
    }

    /** Whether it was closed or has failed, and no call goes on, be it of one that was interrupted. */
    boolean hasEnded() {
        return isQuiet() && deliveryHandler.callingThreads().isEmpty();
    }

    /** Keeps what is offered until a former call of the handler has ended: the same change must not be handled twice at a time. */
    void hold(Mono<Void> formerCall) {
        held = true;
        formerCall.subscribe(null, failure -> letGo(), this::letGo);
    }

    private void letGo() {
        held = false;
        start();
    }

    /** Why the handler stopped by itself; null if it did not. */
    @Nullable
    Throwable failure() {
        return counters.failure();
    }

    /** What hinders the handler at the moment; null if nothing does. */
    @Nullable
    Throwable trouble() {
        if (held) {
            return notEnded();
        }
        Throwable own = deliveryHandler.trouble();
        return own == null && queue.inFlight() > 0 ? workers.refusal() : own;
    }

    private OnChangeException notEnded() {
        return new OnChangeException(List.of(new Problem(
                ProblemCode.CALL_NOT_ENDED,
                spec.where(),
                "a call that began before the streams were exchanged was interrupted after the stop time-out, and goes on."
                        + " The handler is given nothing more until it has ended.",
                "Let the handler end when its thread is interrupted, or allow it more time with stopTimeout.")));
    }

    /** Why the last failed attempt failed; null if none did. */
    @Nullable
    Throwable lastFailure() {
        return counters.lastFailure();
    }

    HandlerCounts counts(long received) {
        return counters.counts(received);
    }

    int inFlight() {
        return queue.inFlight();
    }

    /** When the oldest unsettled change came, in milliseconds; null if all are settled. */
    @Nullable
    Long oldestReceivedAt() {
        return queue.oldestReceivedAt();
    }

    /** The change that the handler has been at since before a time, or that it has been kept from since then; null if none. */
    DeliveryQueue.@Nullable InFlight inFlightSince(Instant time) {
        return queue.inFlightSince(time);
    }

    /** Whether it was closed or has failed, and nothing runs any more. */
    boolean isQuiet() {
        return queue.isQuiet();
    }

    /** Lets the workers handle what was taken over; they may do so at once, on this thread. */
    void start() {
        if (held) {
            return;
        }
        for (Lane lane = queue.nextToStart(); lane != null; lane = queue.nextToStart()) {
            start(lane);
        }
    }

    private void start(Lane lane) {
        share.execute(() -> work(lane));
    }

    private void work(Lane lane) {
        lane.enter();
        try {
            drain(lane);
        } catch (Throwable unforeseen) {
            fail(unforeseen, null);
        } finally {
            lane.leave();
        }
    }

    private void drain(Lane lane) {
        Delivery settled = null;
        for (int i = 0; i < BURST; i++) {
            note(settled);
            Delivery next = queue.next(lane, settled);
            release(settled);
            if (next == null) {
                return;
            }
            Progress progress = handled(lane, next);
            if (progress == Progress.ABANDONED) {
                share.find();
                return;
            }
            if (progress == Progress.OCCUPIES) {
                return;
            }
            settled = progress == Progress.SETTLED ? next : null;
        }
        if (settled != null) {
            note(settled);
            queue.settle(lane, settled);
            release(settled);
        }
        start(lane);
    }

    /** Before the position passes it: whoever sees the position has been told of what lies before. */
    private void note(@Nullable Delivery delivery) {
        Outcome.Settled how = delivery == null ? null : delivery.how;
        if (delivery != null && how != null) {
            counters.settled(how, delivery);
        }
    }

    private void release(@Nullable Delivery delivery) {
        Outcome.Settled how = delivery == null ? null : delivery.how;
        if (delivery != null && how != null) {
            delivery.settled(how);
            start();
            tellIfQuiet();
        }
    }

    private Progress handled(Lane lane, Delivery delivery) {
        try {
            return handle(lane, delivery);
        } catch (Throwable unforeseen) {
            fail(unforeseen, delivery);
            return Progress.LEFT;
        }
    }

    private Progress handle(Lane lane, Delivery delivery) {
        Outcome outcome = delivery.resumedWith;
        delivery.resumedWith = null;
        if (outcome == null) {
            outcome = receive(lane, delivery);
            if (!delivery.claim()) {
                return Progress.ABANDONED;
            }
            if (interrupted && outcome != Outcome.Settled.HANDLED) {
                // It failed because it was interrupted: it stays unsettled and comes again.
                close(null, delivery);
                return Progress.LEFT;
            }
        }
        while (true) {
            if (outcome instanceof Outcome.Settled how) {
                delivery.how = how;
                return Progress.SETTLED;
            } else if (outcome instanceof Outcome.Stopped stopped) {
                fail(stopped.reason(), delivery);
                return Progress.LEFT;
            } else if (outcome instanceof Outcome.RetryAfter retry) {
                return waitForRetry(lane, delivery, retry);
            } else if (outcome instanceof Outcome.Working working) {
                outcome = await(lane, delivery, working.end(), true);
                if (outcome == null) {
                    return Progress.OCCUPIES;
                }
            } else if (outcome instanceof Outcome.Storing storing) {
                outcome = await(lane, delivery, storing.end(), serial);
                if (outcome == null) {
                    return serial ? Progress.OCCUPIES : Progress.LEFT;
                }
            } else if (outcome instanceof Outcome.Admitted) {
                return handleAdmitted(lane, delivery);
            }
        }
    }

    private Progress handleAdmitted(Lane lane, Delivery delivery) {
        if (closing) {
            close(null, delivery);
            return Progress.LEFT;
        }
        delivery.admit();
        return handle(lane, delivery);
    }

    private Outcome receive(Lane lane, Delivery delivery) {
        delivery.enter(lane.stay(this));
        try {
            return deliveryHandler.receive(delivery);
        } catch (Throwable unforeseen) {
            return new Outcome.Stopped(unforeseen);
        }
    }

    /** The handler's thread is lost: another works the lane off from here on. */
    void goOnWithout(Lane lane, Delivery delivery, Outcome outcome) {
        delivery.resumedWith = outcome;
        share.lose();
        resume(lane, delivery, true);
    }

    private Progress waitForRetry(Lane lane, Delivery delivery, Outcome.RetryAfter retry) {
        if (!queue.waitAside(lane, delivery)) {
            close(null, delivery);
            return Progress.LEFT;
        }
        try {
            delivery.wait = workers.runAfter(retry.delay(), () -> resume(lane, delivery, serial));
            counters.retried(retry.failure());
        } catch (RuntimeException refused) {
            fail(refused, delivery);
        }
        return serial ? Progress.OCCUPIES : Progress.LEFT;
    }

    /** The outcome if it is there at once; else null, and the delivery goes on when it comes. */
    private @Nullable Outcome await(Lane lane, Delivery delivery, Mono<Outcome> end, boolean occupies) {
        if (!occupies) {
            queue.goOnAside(lane, delivery);
        }
        OutcomeSubscriber outcomeSubscriber = new OutcomeSubscriber();
        going.add(outcomeSubscriber);
        try {
            end.subscribe(outcomeSubscriber);
        } catch (Throwable thrown) {
            // Reactor throws what it holds to be fatal instead of signalling it.
            outcomeSubscriber.hookOnError(thrown);
        }
        Outcome now = outcomeSubscriber.nowOr(outcome -> {
            going.remove(outcomeSubscriber);
            delivery.resumedWith = outcome;
            resume(lane, delivery, occupies);
        });
        if (now != null) {
            going.remove(outcomeSubscriber);
        }
        return now;
    }

    private void resume(Lane lane, Delivery delivery, boolean occupies) {
        queue.resume(lane, delivery, occupies);
        start();
    }

    private void fail(Throwable reason, @Nullable Delivery delivery) {
        if (!closing) {
            counters.stopped(reason);
        }
        close(null, delivery);
    }

    private void close(@Nullable Position stream, @Nullable Delivery failed) {
        if (sharing.compareAndSet(true, false)) {
            workers.shares().leave(spec.id());
        }
        closing = true;
        queue.close(stream, failed).forEach(Delivery::dropped);
        tellIfQuiet();
    }

    private void tellIfQuiet() {
        if (closing) {
            List<Waiting> served = waiting.stream()
                    .filter(each -> queue.isQuiet() || queue.isQuietExcept(callsOn(each.passedOver())))
                    .toList();
            served.forEach(each -> each.quiet().tryEmitEmpty());
            served.forEach(waiting::remove);
        }
    }

    private int callsOn(Predicate<Thread> threads) {
        Set<Thread> calling = new HashSet<>(deliveryHandler.callingThreads());
        for (Lane lane : queue.lanes()) {
            Thread worker = lane.worker();
            if (worker != null) {
                calling.add(worker);
            }
        }
        return (int) calling.stream().filter(threads).count();
    }
}
