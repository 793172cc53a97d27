package dev.onchange.route;

import org.jspecify.annotations.Nullable;

/** Takes the deliveries of one handler; called by several threads if the handler has several lanes. */
@FunctionalInterface
public interface Recipient {

    /** Handles a delivery on the calling thread; called again for the same one after {@link Outcome.RetryAfter}. */
    Outcome receive(Delivery delivery);

    /** What hinders it at the moment, for people; null if nothing does. */
    default @Nullable Throwable trouble() {
        return null;
    }
}
