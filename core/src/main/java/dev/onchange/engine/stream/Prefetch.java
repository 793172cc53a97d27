package dev.onchange.engine.stream;

import org.bson.RawBsonDocument;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;

/**
 * Hands events on by another thread. Else the driver's thread would lead a whole batch to its handlers before it asks
 * the server for the next one, and each would wait for the other.
 */
final class Prefetch extends Flux<RawBsonDocument> {

    /** No other batch is asked for while so much waits to be handed on. */
    static final long BYTES = 4L * 1024 * 1024;

    /** Nor while so many events wait: two of the batches that the server sends by default. */
    static final int EVENTS = 2_048;

    private final Flux<RawBsonDocument> events;
    private final Scheduler scheduler;
    private final Batches batches;

    /** What is known of the batches in which the events come. */
    interface Batches {

        /** How many events the server has sent so far; 0 if nobody can tell. */
        long announced();

        /** Whether the last one was no burst, so that the next one can wait for it to be handed on. */
        boolean few();
    }

    Prefetch(Flux<RawBsonDocument> events, Scheduler scheduler, Batches batches) {
        this.events = events;
        this.scheduler = scheduler;
        this.batches = batches;
    }

    @Override
    public void subscribe(CoreSubscriber<? super RawBsonDocument> downstream) {
        events.subscribe(new BatchHandoff(downstream, scheduler, batches));
    }
}
