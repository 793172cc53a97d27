package dev.onchange.engine.dispatch;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes the deliveries of one handler; called by several threads if the handler has several lanes. */
@FunctionalInterface
public interface DeliveryHandler {

    /**
     * Handles a delivery on the calling thread; called again for the same delivery after {@link Outcome.RetryAfter} and
     * {@link Outcome.Admitted}.
     */
    Outcome receive(Delivery delivery);

    /** Why the handler cannot go on at the moment, for its status; null if it can. */
    default @Nullable Throwable trouble() {
        return null;
    }

    /** The threads that call the handler at the moment, without those that {@link #receive} was called on. */
    default Set<Thread> callingThreads() {
        return Set.of();
    }
}
