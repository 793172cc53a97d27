package dev.onchange.engine.invoke;

import com.mongodb.reactivestreams.client.ClientSession;
import dev.onchange.Attempt;
import dev.onchange.engine.decode.Change;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/** Calls a handler that has an answer of its own to exhausted attempts. */
record RecoveringInvoker(Invoker handler, Recovery recovery) implements Invoker {

    @Override
    public @Nullable Publisher<?> invoke(Change change, Attempt attempt, @Nullable ClientSession session)
            throws Throwable {
        return handler.invoke(change, attempt, session);
    }

    @Override
    public @Nullable Publisher<?> invokeBatch(List<Change> changes, Attempt attempt, @Nullable ClientSession session)
            throws Throwable {
        return handler.invokeBatch(changes, attempt, session);
    }
}
