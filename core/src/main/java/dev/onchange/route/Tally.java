package dev.onchange.route;

import dev.onchange.retry.HandlerCounts;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts what became of a handler's deliveries. */
final class Tally {

    private final LongAdder delivered = new LongAdder();
    private final LongAdder retried = new LongAdder();
    private final Map<Outcome.Settled, LongAdder> settled = new EnumMap<>(Outcome.Settled.class);

    private volatile @Nullable Throwable lastFailure;

    Tally() {
        for (Outcome.Settled how : Outcome.Settled.values()) {
            settled.put(how, new LongAdder());
        }
    }

    void delivered() {
        delivered.increment();
    }

    void retried(Throwable failure) {
        retried.increment();
        lastFailure = failure;
    }

    void settled(Outcome.Settled how, Delivery delivery) {
        settled.get(how).increment();
        if (how != Outcome.Settled.HANDLED && delivery.lastFailure() != null) {
            lastFailure = delivery.lastFailure();
        }
    }

    /** Why the last failed attempt failed, whatever became of the change; null if none failed. */
    @Nullable
    Throwable lastFailure() {
        return lastFailure;
    }

    /** @param received how many changes the stream has brought since the handler joined it */
    HandlerCounts counts(long received) {
        long matched = delivered.sum();
        return new HandlerCounts(
                matched,
                Math.max(0, received - matched),
                of(Outcome.Settled.HANDLED),
                retried.sum(),
                of(Outcome.Settled.DEAD_LETTERED),
                of(Outcome.Settled.PARKED),
                of(Outcome.Settled.SKIPPED),
                of(Outcome.Settled.REPEATED));
    }

    private long of(Outcome.Settled how) {
        return settled.get(how).sum();
    }
}
