package dev.onchange.engine.dispatch;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The deliveries of a handler that are handed over together, and the lanes that wait for more of them. Safe for use by
 * several threads: under the lock of the {@link DeliveryQueue}.
 */
final class LaneBatches {

    private final DeliveryQueue queue;
    private final Batching batching;
    private final Deque<Lane> toLinger = new ArrayDeque<>();
    private final Deque<Lane> vacated = new ArrayDeque<>();
    private volatile boolean mustLinger;
    private volatile boolean mustResume;

    LaneBatches(DeliveryQueue queue, Batching batching) {
        this.queue = queue;
        this.batching = batching;
    }

    /** Takes the next deliveries of a lane; null if there are none, and then the thread leaves the lane. */
    @Nullable
    DeliveryBatch next(Lane lane) {
        synchronized (queue) {
            if (waits(lane)) {
                lane.active = false;
                linger(lane);
                return null;
            }
            DeliveryBatch batch = batching.take(lane);
            if (batch == null) {
                lane.active = false;
                lane.due = false;
                return null;
            }
            if (lane.inboxSize() == 0) {
                lane.due = false;
            }
            queue.begin(batch);
            return batch;
        }
    }

    /**
     * Dissolves a batch that has run.
     *
     * @param settled those of its deliveries that are settled
     * @param alone the one that goes on by itself; null if none does
     * @param again those that are handed over once more, in their order
     * @param apart those that are not settled, and wait outside the lane
     */
    void end(Lane lane, List<Delivery> settled, @Nullable Delivery alone, List<Delivery> again, List<Delivery> apart) {
        synchronized (queue) {
            queue.settle(lane, settled);
            again.forEach(delivery -> delivery.phase = Delivery.Phase.QUEUED);
            apart.forEach(delivery -> delivery.phase = Delivery.Phase.QUEUED);
            lane.giveBack(again);
            queue.ended(alone == null, again.size() + apart.size());
        }
    }

    /** Deliveries outside their lane wait for another attempt, and occupy it; false if the queue is closed. */
    boolean waitToRetry(Lane lane, List<Delivery> deliveries) {
        synchronized (queue) {
            boolean closed = queue.isClosed();
            if (!closed) {
                deliveries.forEach(delivery -> delivery.phase = Delivery.Phase.WAITING);
                lane.retrying = deliveries;
            }
            return !closed;
        }
    }

    /** Hands deliveries over once more that have waited; false if they were dropped meanwhile. */
    @SuppressWarnings("ReferenceEquality") // the wait itself
    boolean retry(Lane lane, List<Delivery> deliveries) {
        synchronized (queue) {
            boolean waited = lane.retrying == deliveries;
            if (waited) {
                lane.retrying = null;
                giveBack(lane, deliveries);
            }
            return waited;
        }
    }

    /** All that waits for another attempt is dropped. To be called under the lock of the queue. */
    void dropRetries() {
        for (Lane lane : queue.lanes()) {
            if (lane.retrying != null) {
                lane.retrying = null;
                vacated.add(lane);
                mustResume = true;
            }
        }
    }

    /** A lane that is not occupied any more, as what waited for another attempt was dropped; null if there is no more. */
    @Nullable
    Lane nextVacated() {
        if (!mustResume) {
            return null;
        }
        synchronized (queue) {
            Lane lane = vacated.poll();
            mustResume = !vacated.isEmpty();
            return lane;
        }
    }

    /** Hands deliveries over once more that wait outside the lane, unless they were dropped meanwhile. */
    void giveBack(Lane lane, List<Delivery> deliveries) {
        synchronized (queue) {
            List<Delivery> left = deliveries.stream()
                    .filter(delivery -> delivery.phase != Delivery.Phase.DONE)
                    .toList();
            left.forEach(delivery -> delivery.phase = Delivery.Phase.QUEUED);
            lane.giveBack(left);
        }
    }

    /** A lane has waited for more since a delivery was its oldest. */
    void lingered(Lane lane, Delivery since) {
        synchronized (queue) {
            if (lane.lingering == since) {
                lane.lingering = null;
                lane.due = lane.oldestInInbox() == since;
                queue.activate(lane);
            }
        }
    }

    /** A lane that is to wait for more; null if there is no more. */
    @Nullable
    Lingering nextToLinger() {
        if (!mustLinger) {
            return null;
        }
        synchronized (queue) {
            Lane lane = toLinger.poll();
            mustLinger = !toLinger.isEmpty();
            return lane == null || lane.lingering == null
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

    /** No lane waits for more. */
    void flush() {
        synchronized (queue) {
            for (Lane lane : queue.lanes()) {
                if (lane.inboxSize() > 0) {
                    lane.due = true;
                    queue.activate(lane);
                }
            }
        }
    }

    /** Whether a lane waits for more. To be called under the lock of the queue. */
    boolean waits(Lane lane) {
        return !queue.hurries() && !batching.isDue(lane);
    }

    /** Lets a lane wait. To be called under the lock of the queue. */
    void linger(Lane lane) {
        Delivery oldest = lane.oldestInInbox();
        if (oldest != null && lane.lingering != oldest) {
            lane.lingering = oldest;
            toLinger.add(lane);
            mustLinger = true;
        }
    }
}
