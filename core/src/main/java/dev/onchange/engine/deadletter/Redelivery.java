package dev.onchange.engine.deadletter;

import dev.onchange.engine.dispatch.Delivery.Purpose;
import dev.onchange.engine.dispatch.Outcome;
import dev.onchange.engine.stream.RawChange;
import reactor.core.publisher.Mono;

/** Delivers the change of a dead letter to its handler once more; implemented by the engine, which knows the streams. */
@FunctionalInterface
public interface Redelivery {

    /**
     * Delivers the change; gives how it was settled, and completes empty if no such handler runs here. Fails if it is
     * another instance that has the handler.
     *
     * @see dev.onchange.engine.dispatch.StreamDispatcher#resend
     */
    Mono<Outcome.Settled> resend(String handlerId, RawChange raw, Purpose purpose);
}
