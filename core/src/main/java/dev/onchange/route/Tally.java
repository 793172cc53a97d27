package dev.onchange.route;

import dev.onchange.retry.HandlerCounts;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Counts what became of a handler's deliveries. */
final class Tally {

    private final LongAdder delivered = new LongAdder();
    private final LongAdder retried = new LongAdder();
    private final LongAdder[] settled = Stream.generate(LongAdder::new)
            .limit(Outcome.Settled.values().length)
            .toArray(LongAdder[]::new);

    private volatile @Nullable Throwable lastFailure;

    void delivered() {
        delivered.increment();
    }

    void retried(Throwable failure) {
        retried.increment();
        lastFailure = failure;
    }

    void settled(Outcome.Settled how, Delivery delivery) {
        settled[how.ordinal()].increment();
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
        return settled[how.ordinal()].sum();
    }
}
