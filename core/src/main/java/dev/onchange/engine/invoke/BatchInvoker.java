package dev.onchange.engine.invoke;

import com.mongodb.reactivestreams.client.ClientSession;
import dev.onchange.Attempt;
import dev.onchange.engine.decode.Change;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/** Calls a handler of batches; a single change is a batch of one. */
@FunctionalInterface
interface BatchInvoker extends Invoker {

    @Override
    @Nullable
    Publisher<?> invokeBatch(List<Change> changes, Attempt attempt, @Nullable ClientSession session) throws Throwable;

    @Override
    default @Nullable Publisher<?> invoke(Change change, Attempt attempt, @Nullable ClientSession session)
            throws Throwable {
        return invokeBatch(List.of(change), attempt, session);
    }
}
