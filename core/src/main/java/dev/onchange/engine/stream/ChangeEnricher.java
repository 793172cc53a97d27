package dev.onchange.engine.stream;

import reactor.core.publisher.Flux;

/** Adds to the changes of a stream what the server has not sent with them. */
@FunctionalInterface
public interface ChangeEnricher {

    /** Hands on the changes as they come. */
    ChangeEnricher NONE = changes -> changes;

    /**
     * The same changes in the same order, each as soon as it is complete; called for each cursor of the stream. What
     * fails here ends the cursor, and the stream goes on as after any other failure: with the first change that was not
     * handed on.
     */
    Flux<RawChange> complete(Flux<RawChange> changes);
}
