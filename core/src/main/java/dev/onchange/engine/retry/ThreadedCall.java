package dev.onchange.engine.retry;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/** A call of a handler that may hold another thread than that of the caller. */
public interface ThreadedCall extends Publisher<Object> {

    /** The thread that the handler holds at the moment; null if it holds none. */
    @Nullable
    Thread thread();
}
