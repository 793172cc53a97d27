package dev.onchange.engine.dispatch;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The deliveries of a handler that wait until their document is quiet, and whose place newer ones take. Safe for use by
 * several threads: under the lock of the {@link DeliveryQueue}.
 */
final class QuietDocuments {

    private final DeliveryQueue queue;
    private final Coalescing coalescing;
    private final LatestChanges latest;

    QuietDocuments(DeliveryQueue queue, Coalescing coalescing) {
        this.queue = queue;
        this.coalescing = coalescing;
        this.latest = coalescing.latest();
    }

    /** The first delivery that waits; null if none does. */
    @Nullable
    Wait first() {
        synchronized (queue) {
            LatestChanges.Quiet first = latest.first();
            return first == null ? null : new Wait(first, latest.waitOf(first));
        }
    }

    /**
     * A delivery that waits until its document is quiet.
     *
     * @param delay how long
     */
    record Wait(LatestChanges.Quiet waiting, Duration delay) {}

    /** A delivery has waited, unless its document has changed meanwhile. */
    @SuppressWarnings("ReferenceEquality") // the wait itself
    void passed(LatestChanges.Quiet waiting) {
        synchronized (queue) {
            if (latest.first() == waiting) {
                handOver(latest.due(waiting.dueAt()));
            }
        }
    }

    /** None waits any longer. */
    void flush() {
        synchronized (queue) {
            handOver(latest.due(Long.MAX_VALUE));
        }
    }

    /** Queues what has waited, unless it was dropped meanwhile. */
    private void handOver(List<Delivery> places) {
        places.stream().filter(place -> place.latest().listed).forEach(queue::queue);
    }

    /** Takes over a delivery. To be called under the lock of the queue. */
    void add(Delivery delivery) {
        latest.add(delivery, this::replaced, queue::queue);
    }

    /** A newer delivery has taken the place of one that has not begun. */
    private void replaced(Delivery delivery) {
        coalescing.replaced().accept(delivery);
        queue.remove(delivery);
    }

    /** A delivery has begun, so that no other takes its place. To be called under the lock of the queue. */
    void begun(Delivery delivery) {
        latest.begun(delivery);
    }

    /** Drops what waits. To be called under the lock of the queue. */
    void clear() {
        latest.clear();
    }
}
