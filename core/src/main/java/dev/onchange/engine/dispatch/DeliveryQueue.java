package dev.onchange.engine.dispatch;

import dev.onchange.Ordering;
import dev.onchange.checkpoint.Position;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides which of a handler's deliveries may run next, and how far the handler has come. Safe for use by several threads.
 * Runs nothing by itself: after each call, lanes may be {@linkplain #nextToStart to be started}.
 */
final class DeliveryQueue {

    private final Ordering ordering;
    private final @Nullable LaneBatches batches;
    private final @Nullable QuietDocuments quiet;
    private final LaneChoice lanes;
    private final UnsettledDeliveries unsettled = new UnsettledDeliveries();
    private final HandlerPosition position = new HandlerPosition(unsettled);
    private final Deque<Delivery> heldBack = new ArrayDeque<>();
    private final Deque<Lane> toStart = new ArrayDeque<>();
    private volatile boolean mustStart;
    private @Nullable Delivery barrier;
    private int running;
    private int toFinish;
    private long offered;
    private long newestBegun;

    /**
     * @param batching when deliveries are handed over together; null if each is by itself
     * @param coalescing which deliveries others take the place of; null if none
     */
    DeliveryQueue(Ordering ordering, int concurrency, @Nullable Batching batching, @Nullable Coalescing coalescing) {
        this.ordering = ordering;
        this.batches = batching == null ? null : new LaneBatches(this, batching);
        this.quiet = coalescing == null ? null : new QuietDocuments(this, coalescing);
        this.lanes = new LaneChoice(ordering, concurrency);
    }

    /** Takes over a delivery, in the order of the stream; false if the queue is closed. */
    synchronized boolean offer(Delivery delivery) {
        if (isClosed()) {
            return false;
        }
        delivery.number = ++offered;
        if (!delivery.isDocument()) {
            position.offered(delivery);
        }
        unsettled.add(delivery);
        if (ordering == Ordering.BY_KEY && isHeldBack(delivery)) {
            heldBack.add(delivery);
            flush();
        } else {
            enqueue(delivery);
        }
        return true;
    }

    /** Takes over a change that is to run only after {@link #release}; false if the queue is closed. */
    synchronized boolean hold(Delivery delivery) {
        if (isClosed()) {
            return false;
        }
        delivery.number = ++offered;
        position.offered(delivery);
        delivery.held = true;
        unsettled.add(delivery);
        return true;
    }

    /** A change that was held may run: it belongs before all that it would otherwise wait for. */
    synchronized void release(Delivery delivery) {
        delivery.held = false;
        if (delivery.listed) {
            enqueue(delivery);
        }
    }

    /** A change that was held is not the handler's; false if it was dropped before. */
    synchronized boolean discard(Delivery delivery) {
        if (!delivery.listed) {
            return false;
        }
        remove(delivery);
        return true;
    }

    /** Settles a delivery and takes the next of its lane; null if there is none, and then the thread leaves the lane. */
    synchronized @Nullable Delivery next(Lane lane, @Nullable Delivery settled) {
        if (settled != null) {
            settle(lane, settled);
        }
        Delivery next = lane.poll();
        if (next == null) {
            lane.active = false;
        } else if (next.phase != Delivery.Phase.RUNNING) {
            running++;
            begin(next);
        }
        return next;
    }

    private void begin(Delivery delivery) {
        if (isClosed() && toFinish > 0 && delivery.phase == Delivery.Phase.QUEUED) {
            toFinish--;
        }
        delivery.phase = Delivery.Phase.RUNNING;
        newestBegun = Math.max(newestBegun, delivery.number);
        if (quiet != null) {
            quiet.begun(delivery);
        }
    }

    /** Deliveries begin that are handed over together. To be called under the lock of this queue. */
    void begin(DeliveryBatch batch) {
        // One that has gone on without a thread was counted all the time.
        if (!batch.isAlone() || batch.deliveries().get(0).phase != Delivery.Phase.RUNNING) {
            running++;
        }
        batch.deliveries().forEach(this::begin);
    }

    /** Settles deliveries that were handed over together, and counted once. To be called under the lock of this queue. */
    void settle(Lane lane, List<Delivery> together) {
        for (Delivery delivery : together) {
            running++;
            settle(lane, delivery);
        }
    }

    /**
     * What was handed over together has ended. To be called under the lock of this queue.
     *
     * @param leaves whether none of it goes on
     * @param unsettledOnes how many of it are to run once more
     */
    void ended(boolean leaves, int unsettledOnes) {
        if (leaves) {
            running--;
        }
        if (isClosed() && toFinish > 0) {
            toFinish += unsettledOnes;
        }
    }

    /** A delivery that does not run is done with. To be called under the lock of this queue. */
    void remove(Delivery delivery) {
        delivery.phase = Delivery.Phase.DONE;
        unsettled.remove(delivery);
        releaseHeldBack();
    }

    /** Settles a delivery without taking the next. */
    synchronized void settle(Lane lane, Delivery delivery) {
        delivery.phase = Delivery.Phase.DONE;
        running--;
        unsettled.ran(delivery);
        unsettled.remove(delivery);
        if (delivery.ownsKey) {
            lane.releaseKey(delivery);
        }
        if (delivery == barrier) {
            barrier = null;
        }
        releaseHeldBack();
    }

    /** A running delivery leaves its lane until its next attempt, and its key waits; false if the queue is closed. */
    synchronized boolean leaveLaneToRetry(Lane lane, Delivery delivery) {
        if (isClosed()) {
            return false;
        }
        leaveLane(lane, delivery);
        delivery.phase = Delivery.Phase.WAITING;
        running--;
        return true;
    }

    /** A running delivery leaves its lane and goes on without a thread; its key waits. */
    synchronized void leaveLane(Lane lane, Delivery delivery) {
        if (ordering == Ordering.BY_KEY) {
            lane.holdKey(delivery);
        }
    }

    /** The wait of a delivery is over. */
    synchronized void resume(Lane lane, Delivery delivery, boolean occupiesLane) {
        if (delivery.phase == Delivery.Phase.DONE) {
            return;
        }
        if (occupiesLane) {
            lane.addFirst(delivery);
            toStart.add(lane);
            mustStart = true;
        } else {
            Lane free = lanes.again(lane);
            free.addReady(delivery);
            activate(free);
        }
    }

    /**
     * Accepts no more deliveries and drops those that are not running.
     *
     * @param idleAt the position if nothing is unsettled; null for the position that was reported last
     * @param failed a delivery that ran and is not to be settled; null if none
     * @return the deliveries that were dropped
     */
    synchronized List<Delivery> close(@Nullable Position idleAt, @Nullable Delivery failed) {
        List<Delivery> dropped = new ArrayList<>();
        position.close(idleAt);
        toFinish = 0;
        if (quiet != null) {
            quiet.clear();
        }
        if (failed != null && failed.phase == Delivery.Phase.RUNNING) {
            failed.phase = Delivery.Phase.QUEUED;
            running--;
            if (!failed.listed) {
                drop(failed, dropped);
            }
        }
        dropFrom(unsettled.oldestIdle(), dropped);
        return dropped;
    }

    /**
     * Accepts no more deliveries and drops those that neither run nor lie before the newest that has begun. A delivery that
     * waits for another attempt is dropped, and with it those behind it.
     *
     * @param idleAt the position if nothing is unsettled
     * @return the deliveries that were dropped
     */
    synchronized List<Delivery> finish(@Nullable Position idleAt) {
        List<Delivery> dropped = new ArrayList<>();
        position.close(idleAt);
        dropFrom(unsettled.oldestIdleAfter(newestBegun), dropped);
        toFinish = unsettled.queued();
        flush();
        return dropped;
    }

    private void dropFrom(@Nullable Delivery bound, List<Delivery> dropped) {
        if (bound != null) {
            position.endBefore(bound);
            unsettled.removeFrom(bound, delivery -> drop(delivery, dropped));
            if (batches != null) {
                batches.dropRetries();
            }
        }
        heldBack.clear();
        lanes.all()
                .forEach(lane -> lane.retain(delivery -> delivery.phase == Delivery.Phase.RUNNING || delivery.listed));
    }

    /** What the handler has settled beyond the position at which the queue was closed; null if nothing is known. */
    synchronized @Nullable SettledAhead settledAhead(Position reached, @Nullable SettledAhead before) {
        return position.settledAhead(reached, before);
    }

    /** How far the handler has come if the stream had come as far as {@code streamPosition} before this call. */
    synchronized @Nullable Position position(@Nullable Position streamPosition) {
        return position.position(streamPosition);
    }

    /** A lane that has become active; null if there is no more. Costs next to nothing if there is none. */
    @Nullable
    Lane nextToStart() {
        if (!mustStart) {
            return null;
        }
        synchronized (this) {
            Lane lane = toStart.poll();
            mustStart = !toStart.isEmpty();
            return lane;
        }
    }

    synchronized boolean isClosed() {
        return position.isClosed();
    }

    /** Whether no lane is to wait for more. To be called under the lock of this queue. */
    boolean hurries() {
        return isClosed() || !heldBack.isEmpty();
    }

    /** What is handed over together; null if nothing is. */
    @Nullable
    LaneBatches batches() {
        return batches;
    }

    /** What waits until its document is quiet; null if nothing does. */
    @Nullable
    QuietDocuments quiet() {
        return quiet;
    }

    /** Nothing waits for more, or until its document is quiet. */
    void flush() {
        if (quiet != null) {
            quiet.flush();
        }
        if (batches != null) {
            batches.flush();
        }
    }

    /** A lane that was occupied by a batch goes on. */
    synchronized void resume(Lane lane) {
        toStart.add(lane);
        mustStart = true;
    }

    /** Whether the queue is closed and no delivery runs. */
    boolean isQuiet() {
        return isQuietExcept(0);
    }

    /** Whether the queue is closed and no more deliveries run than that. */
    synchronized boolean isQuietExcept(int calls) {
        return isClosed() && running + toFinish <= calls;
    }

    synchronized int inFlight() {
        return unsettled.size();
    }

    /** When the oldest unsettled change came, in milliseconds; null if all are settled. */
    synchronized @Nullable Long oldestReceivedAt() {
        Delivery oldest = unsettled.oldest();
        return oldest == null ? null : oldest.receivedAt();
    }

    /**
     * The delivery that has been running since before a time, or, while none is running, the oldest if it has waited since
     * then; null if there is none.
     */
    synchronized @Nullable InFlight inFlightSince(Instant time) {
        return unsettled.inFlightSince(time);
    }

    List<Lane> lanes() {
        return lanes.all();
    }

    private boolean isHeldBack(Delivery delivery) {
        return barrier != null || !heldBack.isEmpty() || (delivery.isBarrier() && unsettled.size() > 1);
    }

    private void enqueue(Delivery delivery) {
        if (ordering == Ordering.BY_KEY && delivery.isBarrier()) {
            barrier = delivery;
        }
        if (quiet == null) {
            queue(delivery);
        } else {
            quiet.add(delivery);
        }
    }

    /** To be called under the lock of this queue. */
    void queue(Delivery delivery) {
        Lane lane = lanes.of(delivery);
        lane.add(delivery);
        activate(lane);
    }

    /** To be called under the lock of this queue. */
    void activate(Lane lane) {
        if (!lane.active && batches != null && batches.waits(lane)) {
            batches.linger(lane);
        } else if (!lane.active) {
            lane.active = true;
            toStart.add(lane);
            mustStart = true;
        }
    }

    /** Queues what was held back, up to the next barrier. */
    private void releaseHeldBack() {
        while (barrier == null && !heldBack.isEmpty()) {
            Delivery first = heldBack.element();
            if (first.isBarrier() && first != unsettled.oldest()) {
                return;
            }
            heldBack.remove();
            enqueue(first);
        }
    }

    private static void drop(Delivery delivery, List<Delivery> dropped) {
        if (delivery.phase != Delivery.Phase.RUNNING) {
            delivery.phase = Delivery.Phase.DONE;
            dropped.add(delivery);
        }
    }
}
