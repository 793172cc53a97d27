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
 * Which of a handler's deliveries may run next, and how far the handler has come. Safe for use by several threads; runs
 * nothing itself: after each call, lanes may be {@linkplain #nextToStart to be started}.
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
    private @Nullable Position lastTold;
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
        delivery.place = ++offered;
        beforeNewest = delivery.mark();
        unsettled.add(delivery);
        if (ordering == Ordering.BY_KEY && isHeldBack(delivery)) {
            heldBack.add(delivery);
        } else {
            enqueue(delivery);
        }
        return true;
    }

    /** Settles one and takes the next for the same lane; null if there is none, and then the lane is to be left. */
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
            newestBegun = Math.max(newestBegun, next.place);
        }
        return next;
    }

    /** Settles one without taking the next. */
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
        letGo();
    }

    /** A running delivery leaves its lane to wait for another attempt, its key with it; false if the queue is closed. */
    synchronized boolean waitAside(Lane lane, Delivery delivery) {
        if (closed) {
            return false;
        }
        goOnAside(lane, delivery);
        delivery.phase = Delivery.Phase.WAITING;
        running--;
        return true;
    }

    /** A running delivery leaves its lane and goes on elsewhere; its key waits. */
    synchronized void goOnAside(Lane lane, Delivery delivery) {
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
     * Accepts nothing more and drops what is not running.
     *
     * @param idleAt the position if nothing is unsettled; null to stay where it was when it was last asked for
     * @param failed one that ran and is not to be settled; null if none
     * @return what was dropped
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
        leaveFrom(unsettled.oldestIdle(), dropped);
        return dropped;
    }

    /**
     * Accepts nothing more and drops what neither runs nor lies before the newest that has begun; what waits for another
     * attempt is dropped, and with it what lies behind.
     *
     * @param idleAt the position if nothing is unsettled
     * @return what was dropped
     */
    synchronized List<Delivery> finish(@Nullable Position idleAt) {
        List<Delivery> dropped = new ArrayList<>();
        close(idleAt);
        leaveFrom(unsettled.oldestIdleAfter(newestBegun), dropped);
        toFinish = unsettled.queued();
        return dropped;
    }

    private void close(@Nullable Position idleAt) {
        if (!closed) {
            closed = true;
            closedAt = idleAt == null ? lastTold : idleAt;
            horizon = idleAt != null || beforeNewest == null ? idleAt : beforeNewest.position();
            leftAtClose = unsettled.all();
        }
    }

    private void leaveFrom(@Nullable Delivery bound, List<Delivery> dropped) {
        if (bound != null) {
            closedAt = bound.before();
            unsettled.removeFrom(bound, delivery -> drop(delivery, dropped));
        }
        heldBack.clear();
        lanes.forEach(lane -> lane.retain(delivery -> delivery.phase == Delivery.Phase.RUNNING || delivery.listed));
    }

    /** What was settled beyond that position, at which the queue was closed; null if nothing is known. */
    synchronized @Nullable SettledAhead settledAhead(Position position, @Nullable SettledAhead before) {
        Position end = horizon;
        if (end == null) {
            // It was given nothing.
            return before;
        }
        List<RawChange> open = leftAtClose.stream()
                .filter(delivery -> delivery.settledAs == null && delivery.purpose() == null)
                .map(delivery -> delivery.change().raw())
                .toList();
        return SettledAhead.of(position, end, open, before);
    }

    /** How far the handler has come if the stream had come as far as {@code stream} before this call. */
    synchronized @Nullable Position position(@Nullable Position stream) {
        Delivery oldest = unsettled.oldest();
        if (oldest != null) {
            return oldest.before();
        }
        if (!closed) {
            lastTold = stream;
        }
        return closed ? closedAt : stream;
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

    /** Whether it is closed and nothing runs any more. */
    boolean isQuiet() {
        return isQuietExcept(0);
    }

    /** Whether it is closed and no more than so many run. */
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

    /** The change that the handler has been at since before a time, or that waits since then to be begun while it is at none. */
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

    /** @param since when the handler began with it, or could have */
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

    /** Lets go what was held back, up to the next barrier. */
    private void letGo() {
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
