package dev.onchange.engine.invoke;

import dev.onchange.Attempt;
import dev.onchange.Exhausted;
import dev.onchange.engine.decode.Change;
import org.reactivestreams.Publisher;

/** Asks the user's answer to a change at which a handler has failed for good. */
@FunctionalInterface
public interface Recovery {

    /** @throws Exception what the user's code threw */
    Publisher<Exhausted> recover(Change change, Attempt attempt, Throwable failure) throws Exception;
}
