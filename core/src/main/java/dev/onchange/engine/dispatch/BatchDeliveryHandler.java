package dev.onchange.engine.dispatch;

import java.util.List;

/** Takes the deliveries of one handler of batches; single ones where they have a way of their own. */
public interface BatchDeliveryHandler extends DeliveryHandler {

    /** Whether a delivery may be handed over with others. Called under a lock: it must not block. */
    boolean takesInBatch(Delivery delivery);

    /** Handles a batch on the calling thread. */
    BatchOutcome receiveBatch(DeliveryBatch batch);

    /**
     * Decides what follows when a call failed with all of these deliveries, and with the first alone: {@link
     * BatchOutcome.RetryAfter}, {@link BatchOutcome.Exhausted} or {@link BatchOutcome.Stopped}.
     */
    BatchOutcome failedTogether(List<Delivery> deliveries, DeliveryBatch last, Throwable failure);

    /** Decides what follows when the handler failed at one delivery. */
    Outcome failedAlone(Delivery delivery, DeliveryBatch last, Throwable failure);
}
