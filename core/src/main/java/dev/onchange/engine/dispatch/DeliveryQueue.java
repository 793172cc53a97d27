package dev.onchange.engine.dispatch;

import dev.onchange.Ordering;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.bson.ChangeKey;
import dev.onchange.engine.stream.RawChange;
import java.time.Duration;
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
    private final @Nullable Batching batching;
    private final @Nullable Coalescing coalescing;
    private final List<Lane> lanes = new ArrayList<>();
    private final UnsettledDeliveries unsettled = new UnsettledDeliveries();
    private final Deque<Delivery> heldBack = new ArrayDeque<>();
    private final Deque<Lane> toStart = new ArrayDeque<>();
    private final Deque<Lane> toLinger = new ArrayDeque<>();
    private volatile boolean mustStart;
    private volatile boolean mustLinger;
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
        this(ordering, concurrency, null, null);
    }

    /**
     * @param batching when deliveries are handed over together; null if each is by itself
     * @param coalescing which deliveries others take the place of; null if none
     */
    DeliveryQueue(Ordering ordering, int concurrency, @Nullable Batching batching, @Nullable Coalescing coalescing) {
        this.ordering = ordering;
        this.coalescing = coalescing;
        this.batching = batching;
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
        if (!delivery.isDocument()) {
            beforeNewest = delivery.before();
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

    /** Takes the next deliveries of a lane; null if there are none, and then the thread leaves the lane. */
    synchronized @Nullable DeliveryBatch nextBatch(Lane lane) {
        Batching together = Objects.requireNonNull(batching);
        boolean atOnce = closed || !heldBack.isEmpty();
        if (!atOnce && !together.isDue(lane)) {
            lane.active = false;
            linger(lane);
            return null;
        }
        DeliveryBatch batch = together.take(lane);
        if (batch == null) {
            lane.active = false;
            lane.due = false;
            return null;
        }
        if (lane.inboxSize() == 0) {
            lane.due = false;
        }
        running++;
        for (Delivery delivery : batch.deliveries()) {
            if (closed && toFinish > 0 && delivery.phase == Delivery.Phase.QUEUED) {
                toFinish--;
            }
            if (batch.isAlone() && delivery.phase == Delivery.Phase.RUNNING) {
                // It has gone on without a thread, and was counted all the time.
                running--;
            }
            delivery.phase = Delivery.Phase.RUNNING;
            newestBegun = Math.max(newestBegun, delivery.number);
            begun(delivery);
        }
        return batch;
    }

    private void begun(Delivery delivery) {
        if (coalescing != null) {
            coalescing.latest().begun(delivery);
        }
    }

    /** The first delivery that waits until its document is quiet; null if none does. */
    synchronized @Nullable QuietWait firstQuiet() {
        if (coalescing == null) {
            return null;
        }
        LatestChanges.Quiet first = coalescing.latest().first();
        return first == null ? null : new QuietWait(first, coalescing.latest().waitOf(first));
    }

    /** A delivery has waited, unless its document has changed meanwhile. */
    @SuppressWarnings("ReferenceEquality") // the wait itself
    synchronized void quietPassed(LatestChanges.Quiet waiting) {
        if (coalescing != null && coalescing.latest().first() == waiting) {
            handOver(coalescing.latest().due(waiting.dueAt()));
        }
    }

    /** Queues what has waited for its document to be quiet, unless it was dropped meanwhile. */
    private void handOver(List<Delivery> places) {
        places.stream().filter(place -> place.latest().listed).forEach(this::queue);
    }

    /**
     * A delivery that waits until its document is quiet.
     *
     * @param delay how long
     */
    record QuietWait(LatestChanges.Quiet waiting, Duration delay) {}

    /** A newer delivery has taken the place of one that has not begun. */
    private void replaced(Delivery delivery) {
        Objects.requireNonNull(coalescing).replaced().accept(delivery);
        delivery.phase = Delivery.Phase.DONE;
        unsettled.remove(delivery);
        releaseHeldBack();
    }

    /**
     * Dissolves a batch that has run.
     *
     * @param settled those of its deliveries that are settled
     * @param alone the one that goes on by itself; null if none does
     * @param again those that are handed over once more, in their order
     * @param apart those that are not settled, and wait outside the lane
     */
    synchronized void endBatch(
            Lane lane, List<Delivery> settled, @Nullable Delivery alone, List<Delivery> again, List<Delivery> apart) {
        for (Delivery delivery : settled) {
            // Counted once for all of the batch.
            running++;
            settle(lane, delivery);
        }
        again.forEach(delivery -> delivery.phase = Delivery.Phase.QUEUED);
        apart.forEach(delivery -> delivery.phase = Delivery.Phase.QUEUED);
        lane.giveBack(again);
        if (alone == null) {
            running--;
        }
        if (closed && toFinish > 0) {
            toFinish += again.size() + apart.size();
        }
    }

    /** Deliveries outside their lane wait for another attempt; false if the queue is closed. */
    synchronized boolean waitToRetry(List<Delivery> deliveries) {
        if (!closed) {
            deliveries.forEach(delivery -> delivery.phase = Delivery.Phase.WAITING);
        }
        return !closed;
    }

    /** Hands deliveries over once more that wait outside the lane, unless they were dropped meanwhile. */
    synchronized void giveBack(Lane lane, List<Delivery> deliveries) {
        List<Delivery> left = deliveries.stream()
                .filter(delivery -> delivery.phase != Delivery.Phase.DONE)
                .toList();
        left.forEach(delivery -> delivery.phase = Delivery.Phase.QUEUED);
        lane.giveBack(left);
    }

    /** A lane that was occupied by a batch goes on. */
    synchronized void resume(Lane lane) {
        toStart.add(lane);
        mustStart = true;
    }

    /** A lane has waited for more since a delivery was its oldest. */
    synchronized void lingered(Lane lane, Delivery since) {
        if (lane.lingering == since) {
            lane.lingering = null;
            lane.due = lane.oldestInInbox() == since;
            activate(lane);
        }
    }

    /** No lane waits for more. */
    synchronized void flush() {
        if (coalescing != null) {
            handOver(coalescing.latest().due(Long.MAX_VALUE));
        }
        if (batching == null) {
            return;
        }
        for (Lane lane : lanes) {
            if (lane.inboxSize() > 0) {
                lane.due = true;
                activate(lane);
            }
        }
    }

    /** A lane that is to wait for more; null if there is no more. */
    @Nullable
    Lingering nextToLinger() {
        if (!mustLinger) {
            return null;
        }
        synchronized (this) {
            Lane lane = toLinger.poll();
            mustLinger = !toLinger.isEmpty();
            return lane == null || batching == null || lane.lingering == null
                    ? null
                    : new Lingering(lane, lane.lingering, batching.linger(lane));
        }
    }

    /**
     * A lane that waits for more.
     *
     * @param since its oldest delivery
     * @param delay how long
     */
    record Lingering(Lane lane, Delivery since, Duration delay) {}

    private void linger(Lane lane) {
        Delivery oldest = lane.oldestInInbox();
        if (oldest != null && lane.lingering != oldest) {
            lane.lingering = oldest;
            toLinger.add(lane);
            mustLinger = true;
        }
    }

    /** Takes over a change that is to run only after {@link #release}; false if the queue is closed. */
    synchronized boolean hold(Delivery delivery) {
        if (closed) {
            return false;
        }
        delivery.number = ++offered;
        beforeNewest = delivery.before();
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
        delivery.phase = Delivery.Phase.DONE;
        unsettled.remove(delivery);
        releaseHeldBack();
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
            begun(next);
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
        if (coalescing != null) {
            coalescing.latest().clear();
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
        close(idleAt);
        dropFrom(unsettled.oldestIdleAfter(newestBegun), dropped);
        toFinish = unsettled.queued();
        flush();
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
            Delivery change = unsettled.oldestChange(bound);
            closedAt = change == null ? closedAt : change.positionBefore();
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
                .filter(delivery -> delivery.settledAs == null && delivery.isOfStream())
                .map(delivery -> delivery.change().raw())
                .toList();
        return SettledAhead.of(position, end, open, before);
    }

    /** How far the handler has come if the stream had come as far as {@code streamPosition} before this call. */
    synchronized @Nullable Position position(@Nullable Position streamPosition) {
        Delivery oldest = unsettled.oldestChange(unsettled.oldest());
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
        if (coalescing == null) {
            queue(delivery);
        } else {
            coalescing.latest().add(delivery, this::replaced, this::queue);
        }
    }

    private void queue(Delivery delivery) {
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
        if (!lane.active && batching != null && !closed && heldBack.isEmpty() && !batching.isDue(lane)) {
            linger(lane);
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
