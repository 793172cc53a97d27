package dev.onchange.stream;

import java.util.function.BooleanSupplier;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

/**
 * Hands changes on by another thread. Else the driver's thread would lead a whole batch to its handlers before it
 * asks the server for the next one, and each would wait for the other.
 */
final class ReadAhead extends Flux<RawChange> {

    /** No more is asked for while so much waits to be handed on: beside it there is what the driver holds of a batch. */
    static final long BYTES = 4L * 1024 * 1024;

    /** Nor while so many changes wait: two of the batches that the server sends by default. */
    static final int CHANGES = 2_048;

    private final Flux<RawChange> changes;
    private final Scheduler scheduler;
    private final BooleanSupplier few;

    /** @param few whether what comes is no burst, so that the next batch can wait for it */
    ReadAhead(Flux<RawChange> changes, Scheduler scheduler, BooleanSupplier few) {
        this.changes = changes;
        this.scheduler = scheduler;
        this.few = few;
    }

    @Override
    public void subscribe(CoreSubscriber<? super RawChange> downstream) {
        changes.subscribe(new Relay(downstream, scheduler, few));
    }
}
