package dev.onchange.engine;

import dev.onchange.engine.cluster.LocalDeadline;
import dev.onchange.engine.dispatch.Delivery;
import dev.onchange.engine.dispatch.DeliveryHandler;
import dev.onchange.engine.dispatch.Outcome;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets a handler begin nothing while this instance has not heard from the server for so long that another one may take its
 * handlers over; what comes meanwhile waits.
 */
record DeadlineGate(DeliveryHandler handler, LocalDeadline deadline) implements DeliveryHandler {

    @Override
    public Outcome receive(Delivery delivery) {
        return deadline.allows()
                ? handler.receive(delivery)
                : new Outcome.Working(deadline.allowed().thenReturn(new Outcome.Again()));
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
