package dev.onchange.engine.stream;

import java.util.List;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

/**
 * Emits events in whole batches, on another thread. Else the driver's thread would dispatch a whole batch to its handlers before it asks
 * the server for the next one: server and handlers would wait for each other.
 */
final class Prefetch extends Flux<List<byte[]>> {

    /** No further batch is requested while so many bytes are queued. */
    static final long BYTES = 4L * 1024 * 1024;

    /** Nor while so many events are queued: a batch as the server sends it by default may be, and another is requested. */
    static final int EVENTS = 4_096;

    private final Flux<byte[]> events;
    private final Scheduler scheduler;
    private final Batches batches;

    /** The batches in which the events come. */
    interface Batches {

        /** How many events the server has sent so far; 0 if the client does not tell. */
        long announced();

        /** Whether the last batch was so small that the next one can wait until its events are emitted. */
        boolean lastWasSmall();
    }

    Prefetch(Flux<byte[]> events, Scheduler scheduler, Batches batches) {
        this.events = events;
        this.scheduler = scheduler;
        this.batches = batches;
    }

    @Override
    public void subscribe(CoreSubscriber<? super List<byte[]>> downstream) {
        events.subscribe(new BatchHandoff(downstream, scheduler, batches));
    }
}
