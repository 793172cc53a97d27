package dev.onchange.engine.dispatch;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A handler's unsettled deliveries in the order of the stream: a linked list, so that a settled delivery is removed at
 * once, whatever the oldest does. Guarded by the handler's {@link DeliveryQueue}.
 */
final class UnsettledDeliveries {

    private @Nullable Delivery oldest;
    private @Nullable Delivery newest;
    private int size;
    private Instant lastBegun = Instant.EPOCH;

    void add(Delivery delivery) {
        delivery.earlier = newest;
        if (newest == null) {
            oldest = delivery;
        } else {
            newest.later = delivery;
        }
        newest = delivery;
        delivery.listed = true;
        size++;
    }

    /** Without effect on a delivery that was removed before. */
    void remove(Delivery delivery) {
        if (!delivery.listed) {
            return;
        }
        Delivery earlier = delivery.earlier;
        Delivery later = delivery.later;
        if (earlier == null) {
            oldest = later;
        } else {
            earlier.later = later;
        }
        if (later == null) {
            newest = earlier;
        } else {
            later.earlier = earlier;
        }
        delivery.earlier = null;
        delivery.later = null;
        delivery.listed = false;
        size--;
    }

    /** The first that is no document of a snapshot, from one on: documents do not hold up the position; null if none. */
    @Nullable
    Delivery oldestChange(@Nullable Delivery from) {
        Delivery delivery = from;
        while (delivery != null && delivery.isDocument()) {
            delivery = delivery.later;
        }
        return delivery;
    }

    /** Removes a delivery and all after it. */
    void removeFrom(Delivery first, Consumer<Delivery> removed) {
        for (Delivery delivery = first; delivery != null; ) {
            Delivery later = delivery.later;
            remove(delivery);
            removed.accept(delivery);
            delivery = later;
        }
    }

    /** The oldest delivery that is not running; null if none. */
    @Nullable
    Delivery oldestIdle() {
        Delivery delivery = oldest;
        while (delivery != null && delivery.phase == Delivery.Phase.RUNNING) {
            delivery = delivery.later;
        }
        return delivery;
    }

    /** The delivery that has been running for longest; null if none is running. */
    private @Nullable Delivery firstBegun() {
        Delivery first = null;
        Instant firstAt = Instant.MAX;
        for (Delivery delivery = oldest; delivery != null; delivery = delivery.later) {
            Instant begunAt = delivery.begunAt();
            if (begunAt != null && begunAt.isBefore(firstAt)) {
                first = delivery;
                firstAt = begunAt;
            }
        }
        return first;
    }

    /** A delivery has run. */
    void ran(Delivery delivery) {
        lastBegun = Objects.requireNonNullElse(delivery.begunAt(), lastBegun);
    }

    /**
     * The delivery that has been running since before a time, or, while none is running, the oldest if it has waited since
     * then; null if there is none.
     */
    @Nullable
    InFlight inFlightSince(Instant time) {
        if (oldest == null || oldest.receivedAt() > time.toEpochMilli()) {
            return null;
        }
        Delivery first = firstBegun();
        if (first == null) {
            Instant received = Instant.ofEpochMilli(oldest.receivedAt());
            return InFlight.before(time, oldest, received.isAfter(lastBegun) ? received : lastBegun);
        }
        return InFlight.before(time, first, Objects.requireNonNull(first.begunAt()));
    }

    /** The oldest delivery that waits for another attempt, or has not begun and has a higher number; null if none. */
    @Nullable
    Delivery oldestIdleAfter(long number) {
        Delivery delivery = oldest;
        while (delivery != null
                && (delivery.phase == Delivery.Phase.RUNNING
                        || delivery.phase == Delivery.Phase.QUEUED && delivery.number < number && !delivery.held)) {
            delivery = delivery.later;
        }
        return delivery;
    }

    /** How many deliveries have not begun. */
    int queued() {
        return (int) all().stream()
                .filter(delivery -> delivery.phase == Delivery.Phase.QUEUED)
                .count();
    }

    List<Delivery> all() {
        List<Delivery> all = new ArrayList<>(size);
        for (Delivery delivery = oldest; delivery != null; delivery = delivery.later) {
            all.add(delivery);
        }
        return all;
    }

    @Nullable
    Delivery oldest() {
        return oldest;
    }

    int size() {
        return size;
    }
}
