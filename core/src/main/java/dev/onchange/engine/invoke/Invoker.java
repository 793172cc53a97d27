package dev.onchange.engine.invoke;

import com.mongodb.reactivestreams.client.ClientSession;
import dev.onchange.Attempt;
import dev.onchange.engine.decode.Change;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/** Calls one handler. Safe for use by several threads. */
@FunctionalInterface
public interface Invoker {

    /**
     * Calls the handler on the calling thread.
     *
     * @param session the transaction's session; null outside transactions
     * @return what must complete before the change is settled, to be subscribed to once; null if it is settled now
     * @throws Throwable what the handler threw, unwrapped
     */
    @Nullable
    Publisher<?> invoke(Change change, Attempt attempt, @Nullable ClientSession session) throws Throwable;

    /** The handler's own answer to exhausted attempts; null if it has none. */
    default @Nullable Recovery recovery() {
        return null;
    }

    /**
     * The same for a handler of batches, with several changes.
     *
     * @param changes in the order of the stream; at least one
     */
    default @Nullable Publisher<?> invokeBatch(List<Change> changes, Attempt attempt, @Nullable ClientSession session)
            throws Throwable {
        throw new UnsupportedOperationException("The handler takes one change at a time");
    }
}
