package dev.onchange.engine.deadletter;

import dev.onchange.engine.dispatch.Delivery.Purpose;
import dev.onchange.engine.dispatch.Outcome;
import dev.onchange.engine.stream.RawChange;
import reactor.core.publisher.Mono;

/** The way of a dead letter back to its handler. */
@FunctionalInterface
public interface Redelivery {

    /**
     * Gives the handler the change once more; gives what became of it, and completes empty if no such handler runs here.
     *
     * @see dev.onchange.engine.dispatch.StreamDispatcher#resend
     */
    Mono<Outcome.Settled> resend(String handlerId, RawChange raw, Purpose purpose);
}
