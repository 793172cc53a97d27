package dev.onchange.engine.dispatch;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A delivery that is not settled.
 *
 * @param since when the handler began with it, or could have
 */
record InFlight(Delivery delivery, Instant since) {

    /** Null if it is so later than at a time. */
    static @Nullable InFlight before(Instant time, Delivery delivery, Instant since) {
        return since.isAfter(time) ? null : new InFlight(delivery, since);
    }
}
