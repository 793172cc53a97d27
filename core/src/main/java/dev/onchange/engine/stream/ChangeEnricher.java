package dev.onchange.engine.stream;

import java.util.List;
import reactor.core.publisher.Flux;

/** Adds looked-up documents to the changes of a stream. */
@FunctionalInterface
public interface ChangeEnricher {

    /** Emits the changes as they come. */
    ChangeEnricher NONE = changes -> changes;

    /**
     * The same changes in the same order, each as soon as it is complete, in batches of any length; called for each
     * cursor of the stream. Who requests another batch has done with the one before, here as there. A failure ends the cursor, and the stream reopens as after any other failure: with the first change that was not
     * emitted.
     */
    Flux<List<RawChange>> enrich(Flux<List<RawChange>> changes);
}
