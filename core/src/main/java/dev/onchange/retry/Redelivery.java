package dev.onchange.retry;

import dev.onchange.engine.stream.RawChange;
import dev.onchange.route.Delivery.Purpose;
import dev.onchange.route.Outcome;
import reactor.core.publisher.Mono;

/** The way of a dead letter back to its handler. */
@FunctionalInterface
public interface Redelivery {

    /**
     * Gives the handler the change once more; gives what became of it, and completes empty if no such handler runs here.
     *
     * @see dev.onchange.route.StreamDispatcher#resend
     */
    Mono<Outcome.Settled> resend(String handlerId, RawChange raw, Purpose purpose);
}
