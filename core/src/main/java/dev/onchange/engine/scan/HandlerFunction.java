package dev.onchange.engine.scan;

import com.mongodb.reactivestreams.client.ClientSession;
import dev.onchange.Attempt;
import dev.onchange.ChangeEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A handler that is no annotated method. */
@FunctionalInterface
public interface HandlerFunction {

    /**
     * Handles a change.
     *
     * @param session the transaction's session; null outside transactions
     * @return treated as the return value of an annotated method
     * @throws Exception if the change could not be handled
     */
    @Nullable
    Object apply(ChangeEvent<?> change, Attempt attempt, @Nullable ClientSession session) throws Exception;

    /** Handles the changes of a batch, if the handler takes batches. */
    @Nullable
    default Object applyBatch(List<? extends ChangeEvent<?>> changes, Attempt attempt, @Nullable ClientSession session)
            throws Exception {
        throw new UnsupportedOperationException("The handler takes one change at a time");
    }
}
