package dev.onchange.engine.dispatch;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * Works off the lanes of one handler: takes the next delivery, hands it to the handler, and does what the outcome says.
 * A delivery that waits holds no thread.
 */
final class LaneRunner {

    /** How many deliveries a lane works off before it lets other work of its thread go first. */
    private static final int BURST = 256;

    /** How a lane goes on after its delivery was handed to the handler. */
    enum Next {
        /** The delivery is done: it is to be settled. */
        SETTLE,
        /** The delivery has left the lane. */
        GO_ON,
        /** The delivery occupies the lane until its outcome comes. */
        WAIT,
        /** Another thread has taken over the lane. */
        ABANDON
    }

    private final boolean serial;
    private final DeliveryHandler deliveryHandler;
    private final Workers workers;
    private final HandlerPermits permits;
    private final LaneQuota quota;
    private final DeliveryQueue queue;
    private final HandlerCounters counters;
    private final LaneShutdown shutdown;
    private final Set<Disposable> pending = ConcurrentHashMap.newKeySet();
    private @Nullable BatchRunner batches;
    private @Nullable LaneTimers timers;
    private volatile boolean held;

    /** @param serial whether a delivery that waits for another attempt occupies the lane */
    LaneRunner(
            boolean serial,
            DeliveryHandler deliveryHandler,
            Workers workers,
            HandlerPermits permits,
            LaneQuota quota,
            DeliveryQueue queue,
            HandlerCounters counters,
            LaneShutdown shutdown) {
        this.serial = serial;
        this.deliveryHandler = deliveryHandler;
        this.workers = workers;
        this.permits = permits;
        this.quota = quota;
        this.queue = queue;
        this.counters = counters;
        this.shutdown = shutdown;
    }

    /** Lets deliveries be handed over in batches; to be called before any is offered. */
    void handOver(BatchRunner inBatches) {
        batches = inBatches;
    }

    /** Lets deliveries wait; to be called before any is offered. */
    void waitBy(LaneTimers laneTimers) {
        timers = laneTimers;
    }

    /** Runs nothing until a former call of the handler has ended: the same change must not be handled twice at a time. */
    void hold(Mono<Void> formerCall) {
        held = true;
        formerCall.subscribe(null, failure -> unhold(), this::unhold);
    }

    private void unhold() {
        held = false;
        start();
    }

    boolean isHeld() {
        return held;
    }

    /** Cancels what the handler has returned and not ended. */
    void cancelPending() {
        pending.forEach(Disposable::dispose);
    }

    /** Lets the workers handle what is queued; they may do so at once, on this thread. */
    void start() {
        if (held) {
            return;
        }
        if (batches != null) {
            batches.resumeVacated();
        }
        for (Lane lane = queue.nextToStart(); lane != null; lane = queue.nextToStart()) {
            start(lane);
        }
        if (timers != null) {
            timers.set();
        }
    }

    /** A lane that was occupied goes on. */
    void resume(Lane lane) {
        queue.resume(lane);
        // It is started anew below, behind other lanes that wait.
        quota.release();
        start();
    }

    void start(Lane lane) {
        quota.acquire(() -> permits.execute(() -> work(lane)));
    }

    private void work(Lane lane) {
        boolean leaves = true;
        lane.enter();
        try {
            leaves = batches == null ? drain(lane) : batches.drain(lane);
        } catch (Throwable unforeseen) {
            fail(unforeseen, null);
        } finally {
            lane.leave();
        }
        if (leaves) {
            quota.release();
        }
    }

    /** Whether the lane is at work no longer: not if a delivery occupies it, or another thread has taken it over. */
    private boolean drain(Lane lane) {
        Delivery settled = null;
        for (int i = 0; i < BURST; i++) {
            count(settled);
            Delivery next = queue.next(lane, settled);
            release(settled);
            if (next == null) {
                return true;
            }
            Next then = handleSafely(lane, next);
            if (then == Next.ABANDON) {
                permits.threadReturned();
                return false;
            }
            if (then == Next.WAIT) {
                return false;
            }
            settled = then == Next.SETTLE ? next : null;
        }
        if (settled != null) {
            count(settled);
            queue.settle(lane, settled);
            release(settled);
        }
        start(lane);
        return true;
    }

    /** Called before the position passes the delivery: the counts and events are never behind the position. */
    void count(@Nullable Delivery delivery) {
        Outcome.Settled how = delivery == null ? null : delivery.settledAs;
        if (delivery != null && how != null) {
            counters.settled(how, delivery);
        }
    }

    void release(@Nullable Delivery delivery) {
        Outcome.Settled how = delivery == null ? null : delivery.settledAs;
        if (delivery != null && how != null) {
            delivery.settled(how);
            start();
            shutdown.completeIfQuiet();
        }
    }

    Next handleSafely(Lane lane, Delivery delivery) {
        try {
            return handle(lane, delivery);
        } catch (Throwable unforeseen) {
            fail(unforeseen, delivery);
            return Next.GO_ON;
        }
    }

    private Next handle(Lane lane, Delivery delivery) {
        Outcome outcome = delivery.resumedWith;
        delivery.resumedWith = null;
        if (outcome == null) {
            outcome = receive(lane, delivery);
            if (!delivery.claim()) {
                return Next.ABANDON;
            }
            if (shutdown.isInterrupted() && outcome != Outcome.Settled.HANDLED) {
                // It failed because the stop interrupted it: it stays unsettled, and is delivered again at the next
                // start.
                cancel(outcome);
                shutdown.closeBefore(delivery);
                return Next.GO_ON;
            }
        }
        return proceed(lane, delivery, outcome);
    }

    /** Nobody waits for the end of what the handler has returned. */
    private static void cancel(Outcome outcome) {
        if (outcome instanceof Outcome.Working working) {
            working.end().subscribe().dispose();
        }
    }

    /** Does what an outcome says. */
    Next proceed(Lane lane, Delivery delivery, Outcome first) {
        Outcome outcome = first;
        while (true) {
            if (outcome instanceof Outcome.Settled how) {
                delivery.settledAs = how;
                return Next.SETTLE;
            } else if (outcome instanceof Outcome.Stopped stopped) {
                fail(stopped.reason(), delivery);
                return Next.GO_ON;
            } else if (outcome instanceof Outcome.RetryAfter retry) {
                return waitForRetry(lane, delivery, retry);
            } else if (outcome instanceof Outcome.Working working) {
                outcome = await(lane, delivery, working.end(), true);
                if (outcome == null) {
                    return Next.WAIT;
                }
            } else if (outcome instanceof Outcome.Storing storing) {
                outcome = await(lane, delivery, storing.end(), serial);
                if (outcome == null) {
                    return serial ? Next.WAIT : Next.GO_ON;
                }
            } else if (outcome instanceof Outcome.Admitted) {
                return handleAdmitted(lane, delivery);
            } else if (outcome instanceof Outcome.Again) {
                return handleAgain(lane, delivery);
            }
        }
    }

    private Next handleAdmitted(Lane lane, Delivery delivery) {
        delivery.admit();
        return handleAgain(lane, delivery);
    }

    private Next handleAgain(Lane lane, Delivery delivery) {
        if (shutdown.isClosing()) {
            shutdown.closeBefore(delivery);
            return Next.GO_ON;
        }
        return handle(lane, delivery);
    }

    private Outcome receive(Lane lane, Delivery delivery) {
        delivery.enter(lane.slot(this));
        try {
            return deliveryHandler.receive(delivery);
        } catch (Throwable unforeseen) {
            return new Outcome.Stopped(unforeseen);
        }
    }

    /** Goes on with an outcome on another thread, as the handler does not give its thread back. */
    void takeOver(Lane lane, Delivery delivery, Outcome outcome) {
        delivery.resumedWith = outcome;
        permits.threadLost();
        resume(lane, delivery, true);
    }

    private Next waitForRetry(Lane lane, Delivery delivery, Outcome.RetryAfter retry) {
        if (!queue.leaveLaneToRetry(lane, delivery)) {
            shutdown.closeBefore(delivery);
            return Next.GO_ON;
        }
        try {
            delivery.retryTimer = workers.runAfter(retry.delay(), () -> resume(lane, delivery, serial));
            counters.retried(delivery, retry);
        } catch (RuntimeException refused) {
            fail(refused, delivery);
        }
        return serial ? Next.WAIT : Next.GO_ON;
    }

    /** Lets what the handler has returned be cancelled until it ends. */
    void pending(Disposable subscription, boolean isPending) {
        if (isPending) {
            pending.add(subscription);
        } else {
            pending.remove(subscription);
        }
    }

    /** The outcome if it comes at once; else null, and the delivery is resumed when it comes. */
    private @Nullable Outcome await(Lane lane, Delivery delivery, Mono<Outcome> end, boolean occupies) {
        if (!occupies) {
            queue.leaveLane(lane, delivery);
        }
        OutcomeSubscriber<Outcome> outcomeSubscriber = new OutcomeSubscriber<>(Outcome.Stopped::new);
        pending.add(outcomeSubscriber);
        try {
            end.subscribe(outcomeSubscriber);
        } catch (Throwable thrown) {
            // Reactor throws what it holds to be fatal instead of signalling it.
            outcomeSubscriber.hookOnError(thrown);
        }
        Outcome immediate = outcomeSubscriber.getOr(outcome -> {
            pending.remove(outcomeSubscriber);
            delivery.resumedWith = outcome;
            resume(lane, delivery, occupies);
        });
        if (immediate != null) {
            pending.remove(outcomeSubscriber);
        }
        return immediate;
    }

    private void resume(Lane lane, Delivery delivery, boolean occupies) {
        queue.resume(lane, delivery, occupies);
        if (occupies) {
            // It is started anew below, behind other lanes that wait.
            quota.release();
        }
        start();
    }

    /** The handler stops, before a delivery if one runs. */
    void fail(Throwable reason, @Nullable Delivery delivery) {
        if (!shutdown.isClosing()) {
            counters.handlerStopped(reason);
        }
        shutdown.closeBefore(delivery);
    }
}
