package dev.onchange.engine.dispatch;

import dev.onchange.Ordering;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.bson.ChangeKey;
import dev.onchange.engine.stream.RawChange;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decides which of a handler's deliveries may run next, and how far the handler has come. Safe for use by several threads.
 * Runs nothing by itself: after each call, lanes may be {@linkplain #nextToStart to be started}.
 */
final class DeliveryQueue {

    private final Ordering ordering;
    private final List<Lane> lanes = new ArrayList<>();
    private final UnsettledDeliveries unsettled = new UnsettledDeliveries();
    private final Deque<Delivery> heldBack = new ArrayDeque<>();
    private final Deque<Lane> toStart = new ArrayDeque<>();
    private volatile boolean mustStart;
    private @Nullable Delivery barrier;
    private int running;
    private int toFinish;
    private long offered;
    private long newestBegun;
    private List<Delivery> leftAtClose = List.of();
    private @Nullable LazyPosition beforeNewest;
    private boolean closed;
    private @Nullable Position closedAt;
    private @Nullable Position lastReported;
    private Instant lastBegun = Instant.EPOCH;
    private @Nullable Position horizon;

    DeliveryQueue(Ordering ordering, int concurrency) {
        this.ordering = ordering;
        lanes.add(new Lane());
        int count = ordering == Ordering.STREAM ? 1 : concurrency;
        while (lanes.size() < count) {
            lanes.add(ordering == Ordering.NONE ? new Lane(lanes.get(0)) : new Lane());
        }
    }

    /** Takes over a delivery, in the order of the stream; false if the queue is closed. */
    synchronized boolean offer(Delivery delivery) {
        if (closed) {
            return false;
        }
        delivery.number = ++offered;
        beforeNewest = delivery.before();
        unsettled.add(delivery);
        if (ordering == Ordering.BY_KEY && isHeldBack(delivery)) {
            heldBack.add(delivery);
        } else {
            enqueue(delivery);
        }
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
            if (closed && toFinish > 0 && next.phase == Delivery.Phase.QUEUED) {
                toFinish--;
            }
            next.phase = Delivery.Phase.RUNNING;
            running++;
            newestBegun = Math.max(newestBegun, next.number);
        }
        return next;
    }

    /** Settles a delivery without taking the next. */
    synchronized void settle(Lane lane, Delivery delivery) {
        delivery.phase = Delivery.Phase.DONE;
        running--;
        lastBegun = Objects.requireNonNullElse(delivery.begunAt(), lastBegun);
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
        if (closed) {
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
            Lane free = ordering == Ordering.NONE ? freeLane() : lane;
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
        close(idleAt);
        toFinish = 0;
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
        close(idleAt);
        dropFrom(unsettled.oldestIdleAfter(newestBegun), dropped);
        toFinish = unsettled.queued();
        return dropped;
    }

    private void close(@Nullable Position idleAt) {
        if (!closed) {
            closed = true;
            closedAt = idleAt == null ? lastReported : idleAt;
            horizon = idleAt != null || beforeNewest == null ? idleAt : beforeNewest.position();
            leftAtClose = unsettled.all();
        }
    }

    private void dropFrom(@Nullable Delivery bound, List<Delivery> dropped) {
        if (bound != null) {
            closedAt = bound.positionBefore();
            unsettled.removeFrom(bound, delivery -> drop(delivery, dropped));
        }
        heldBack.clear();
        lanes.forEach(lane -> lane.retain(delivery -> delivery.phase == Delivery.Phase.RUNNING || delivery.listed));
    }

    /** What the handler has settled beyond the position at which the queue was closed; null if nothing is known. */
    synchronized @Nullable SettledAhead settledAhead(Position position, @Nullable SettledAhead before) {
        Position end = horizon;
        if (end == null) {
            // The handler was given no change.
            return before;
        }
        List<RawChange> open = leftAtClose.stream()
                .filter(delivery -> delivery.settledAs == null && delivery.purpose() == null)
                .map(delivery -> delivery.change().raw())
                .toList();
        return SettledAhead.of(position, end, open, before);
    }

    /** How far the handler has come if the stream had come as far as {@code streamPosition} before this call. */
    synchronized @Nullable Position position(@Nullable Position streamPosition) {
        Delivery oldest = unsettled.oldest();
        if (oldest != null) {
            return oldest.positionBefore();
        }
        if (!closed) {
            lastReported = streamPosition;
        }
        return closed ? closedAt : streamPosition;
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
        return closed;
    }

    /** Whether the queue is closed and no delivery runs. */
    boolean isQuiet() {
        return isQuietExcept(0);
    }

    /** Whether the queue is closed and no more deliveries run than that. */
    synchronized boolean isQuietExcept(int calls) {
        return closed && running + toFinish <= calls;
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
        Delivery oldest = unsettled.oldest();
        if (oldest == null || oldest.receivedAt() > time.toEpochMilli()) {
            return null;
        }
        Delivery first = unsettled.firstBegun();
        if (first == null) {
            Instant received = Instant.ofEpochMilli(oldest.receivedAt());
            return InFlight.before(time, oldest, received.isAfter(lastBegun) ? received : lastBegun);
        }
        return InFlight.before(time, first, Objects.requireNonNull(first.begunAt()));
    }

    /** @param since when the handler began with the delivery, or could have */
    record InFlight(Delivery delivery, Instant since) {

        private static @Nullable InFlight before(Instant time, Delivery delivery, Instant since) {
            return since.isAfter(time) ? null : new InFlight(delivery, since);
        }
    }

    List<Lane> lanes() {
        return lanes;
    }

    private boolean isHeldBack(Delivery delivery) {
        return barrier != null || !heldBack.isEmpty() || (delivery.isBarrier() && unsettled.size() > 1);
    }

    private void enqueue(Delivery delivery) {
        if (ordering == Ordering.BY_KEY && delivery.isBarrier()) {
            barrier = delivery;
        }
        Lane lane = laneOf(delivery);
        lane.add(delivery);
        activate(lane);
    }

    private Lane laneOf(Delivery delivery) {
        if (lanes.size() == 1) {
            return lanes.get(0);
        }
        if (ordering == Ordering.NONE) {
            return freeLane();
        }
        ChangeKey key = delivery.key();
        return lanes.get(key == null ? 0 : Math.floorMod(key.hashCode(), lanes.size()));
    }

    private Lane freeLane() {
        for (Lane lane : lanes) {
            if (!lane.active) {
                return lane;
            }
        }
        return lanes.get(0);
    }

    private void activate(Lane lane) {
        if (!lane.active) {
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
