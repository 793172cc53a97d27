package dev.onchange.engine.stream;

import reactor.core.publisher.Flux;

/** Adds looked-up documents to the changes of a stream. */
@FunctionalInterface
public interface ChangeEnricher {

    /** Emits the changes as they come. */
    ChangeEnricher NONE = changes -> changes;

    /**
     * The same changes in the same order, each as soon as it is complete; called for each cursor of the stream. A
     * failure ends the cursor, and the stream reopens as after any other failure: with the first change that was not
     * emitted.
     */
    Flux<RawChange> enrich(Flux<RawChange> changes);
}
