package dev.onchange.engine.dispatch;

import dev.onchange.engine.decode.Change;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Deliveries of one lane that its handler gets in one call, in their order. Used by one thread at a time. */
public final class DeliveryBatch {

    private final List<Delivery> deliveries;
    private final @Nullable BatchPart part;
    private final boolean alone;
    private final AtomicBoolean claimed = new AtomicBoolean();
    private @Nullable BatchRunner runner;
    private @Nullable Lane lane;
    private @Nullable Instant begunAt;

    /** The outcome that it is resumed with; null if it is to be handed to the handler. */
    @Nullable
    BatchOutcome resumedWith;

    /** @param part of which failed batch it is a part; null if none */
    DeliveryBatch(List<Delivery> deliveries, @Nullable BatchPart part) {
        this(deliveries, part, false);
    }

    private DeliveryBatch(List<Delivery> deliveries, @Nullable BatchPart part, boolean alone) {
        this.deliveries = deliveries;
        this.part = part;
        this.alone = alone;
    }

    /** A delivery that has a way of its own, like one that is tried again. */
    static DeliveryBatch alone(Delivery delivery) {
        return new DeliveryBatch(List.of(delivery), null, true);
    }

    boolean isAlone() {
        return alone;
    }

    /** The deliveries; at least one. */
    public List<Delivery> deliveries() {
        return deliveries;
    }

    /** The first delivery. */
    public Delivery first() {
        return deliveries.get(0);
    }

    /** The changes of the deliveries. */
    public List<Change> changes() {
        return deliveries.stream().map(Delivery::change).toList();
    }

    /** The handler begins with it. */
    public void begun(Instant now) {
        begunAt = now;
        deliveries.forEach(delivery -> delivery.begun(now));
    }

    /** When the handler began with it; null before. */
    public @Nullable Instant begunAt() {
        return begunAt;
    }

    @Nullable
    BatchPart part() {
        return part;
    }

    /** It is about to be handed to the handler in that lane. */
    void enter(BatchRunner by, Lane in) {
        runner = by;
        lane = in;
    }

    /** Claims the right to go on with it: true for one caller. */
    public boolean claim() {
        return claimed.compareAndSet(false, true);
    }

    /**
     * Goes on with an outcome although the handler has not returned: what the handler returns later is ignored, and another
     * thread takes over its lane. To be called by the one who has {@linkplain #claim claimed} it.
     */
    public void abandon(BatchOutcome outcome) {
        BatchRunner by = runner;
        Lane in = lane;
        if (by != null && in != null) {
            by.takeOver(in, this, outcome);
        }
    }
}
