package dev.onchange.engine.stream;

import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

/**
 * Emits the batches that come on another thread, unless they are small. Else the driver's thread would dispatch a whole batch to its handlers before it asks
 * the server for the next one: server and handlers would wait for each other.
 */
final class Prefetch extends Flux<EventBatch> {

    /** No further batch is requested while so many bytes are queued. */
    static final long BYTES = 4L * 1024 * 1024;

    /** Nor while so many events are queued: a batch as the server sends it by default may be, and another is requested. */
    static final int EVENTS = 4_096;

    private final Flux<EventBatch> events;
    private final Scheduler scheduler;

    Prefetch(Flux<EventBatch> events, Scheduler scheduler) {
        this.events = events;
        this.scheduler = scheduler;
    }

    @Override
    public void subscribe(CoreSubscriber<? super EventBatch> downstream) {
        events.subscribe(new BatchHandoff(downstream, scheduler));
    }
}
