package dev.onchange.engine.dispatch;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes the deliveries of one handler; called by several threads if the handler has several lanes. */
@FunctionalInterface
public interface DeliveryHandler {

    /** Handles a delivery on the calling thread; called again for the same one after
     * {@link Outcome.RetryAfter} and {@link Outcome.Admitted}. */
    Outcome receive(Delivery delivery);

    /** What hinders it at the moment, for people; null if nothing does. */
    default @Nullable Throwable trouble() {
        return null;
    }

    /** The threads on which it calls the handler at the moment, other than those that {@link #receive} is called on. */
    default Set<Thread> callingThreads() {
        return Set.of();
    }
}
