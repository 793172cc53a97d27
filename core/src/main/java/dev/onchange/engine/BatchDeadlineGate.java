package dev.onchange.engine;

import dev.onchange.engine.cluster.LocalDeadline;
import dev.onchange.engine.dispatch.BatchDeliveryHandler;
import dev.onchange.engine.dispatch.BatchOutcome;
import dev.onchange.engine.dispatch.Delivery;
import dev.onchange.engine.dispatch.DeliveryBatch;
import dev.onchange.engine.dispatch.Outcome;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The same as {@link DeadlineGate} for a handler of batches.
 *
 * @param workers calls the handler when the server has been heard from again
 */
record BatchDeadlineGate(BatchDeliveryHandler handler, LocalDeadline deadline, Scheduler workers)
        implements BatchDeliveryHandler {

    @Override
    public BatchOutcome receiveBatch(DeliveryBatch batch) {
        return deadline.allows()
                ? handler.receiveBatch(batch)
                : new BatchOutcome.Working(deadline.allowed().publishOn(workers).then(Mono.defer(() -> late(batch))));
    }

    private Mono<BatchOutcome> late(DeliveryBatch batch) {
        BatchOutcome outcome = handler.receiveBatch(batch);
        return outcome instanceof BatchOutcome.Working working ? working.end() : Mono.just(outcome);
    }

    @Override
    public Outcome receive(Delivery delivery) {
        return new DeadlineGate(handler, deadline).receive(delivery);
    }

    @Override
    public boolean takesInBatch(Delivery delivery) {
        return handler.takesInBatch(delivery);
    }

    @Override
    public BatchOutcome failedTogether(List<Delivery> deliveries, DeliveryBatch last, Throwable failure) {
        return handler.failedTogether(deliveries, last, failure);
    }

    @Override
    public Outcome failedAlone(Delivery delivery, DeliveryBatch last, Throwable failure) {
        return handler.failedAlone(delivery, last, failure);
    }

    @Override
    public @Nullable Throwable trouble() {
        return handler.trouble();
    }

    @Override
    public Set<Thread> callingThreads() {
        return handler.callingThreads();
    }
}
