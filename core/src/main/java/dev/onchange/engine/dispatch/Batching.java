package dev.onchange.engine.dispatch;

import dev.onchange.engine.dispatch.BatchPart.Kind;
import dev.onchange.engine.scan.BatchOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Says when a lane's deliveries are handed over together, and which. Guarded by its handler's {@link DeliveryQueue}. */
final class Batching {

    private final BatchOptions options;
    private final Predicate<Delivery> takesInBatch;
    private final ToLongFunction<Delivery> cameAt;
    private final Clock clock;

    /**
     * @param takesInBatch whether a delivery may be handed over with others
     * @param cameAt when a lane was given a delivery, in milliseconds
     */
    Batching(BatchOptions options, Predicate<Delivery> takesInBatch, ToLongFunction<Delivery> cameAt, Clock clock) {
        this.options = options;
        this.takesInBatch = takesInBatch;
        this.cameAt = cameAt;
        this.clock = clock;
    }

    /** Whether a lane need not wait for more. */
    boolean isDue(Lane lane) {
        Delivery oldest = lane.oldestInInbox();
        return lane.isUrgent() || oldest != null && (lane.inboxSize() >= options.size() || lingerOf(oldest) <= 0);
    }

    /** How long a lane's first delivery still waits for more. */
    Duration linger(Lane lane) {
        Delivery oldest = lane.oldestInInbox();
        return oldest == null ? Duration.ZERO : Duration.ofMillis(Math.max(1, lingerOf(oldest)));
    }

    private long lingerOf(Delivery oldest) {
        return cameAt.applyAsLong(oldest) + options.linger().toMillis() - clock.millis();
    }

    /** The next deliveries of a lane; null if there are none that may run. */
    @SuppressWarnings("ReferenceEquality") // the same part of a batch
    @Nullable
    DeliveryBatch take(Lane lane) {
        Delivery first = lane.poll();
        if (first == null) {
            return null;
        }
        BatchPart part = first.part;
        if (!fits(first)) {
            return alone(lane, first);
        }
        List<Delivery> taken = new ArrayList<>();
        Delivery next = first;
        while (next != null) {
            next.part = null;
            taken.add(next);
            next = taken.size() < options.size() ? lane.pollIf(each -> each.part == part && fits(each)) : null;
        }
        return new DeliveryBatch(taken, part);
    }

    /** A batch that is no batch: its delivery goes the way of a single one. */
    private static DeliveryBatch alone(Lane lane, Delivery delivery) {
        BatchPart part = delivery.part;
        delivery.part = null;
        if (part != null && part.is(Kind.TRIAL)) {
            lane.giveBack(halves(part.rest()));
        }
        return DeliveryBatch.alone(delivery);
    }

    /** Whether a delivery that has been taken goes the way of a batch, also if it is the only one. */
    boolean fits(Delivery delivery) {
        return delivery.resumedWith == null
                && (delivery.failures() == 0 || delivery.part != null)
                && takesInBatch.test(delivery);
    }

    /** Marks deliveries as two parts to be divided further if they fail. */
    static List<Delivery> halves(List<Delivery> deliveries) {
        int middle = (deliveries.size() + 1) / 2;
        mark(deliveries.subList(0, middle), BatchPart.of(Kind.DIVIDED));
        mark(deliveries.subList(middle, deliveries.size()), BatchPart.of(Kind.DIVIDED));
        return deliveries;
    }

    /** Marks deliveries as one part. */
    static List<Delivery> mark(List<Delivery> deliveries, @Nullable BatchPart part) {
        deliveries.forEach(delivery -> delivery.part = part);
        return deliveries;
    }
}
