package dev.onchange;

import dev.onchange.engine.message.Message;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/** A handler has returned something for which nobody can wait. No attempt ends otherwise: the handler has to be changed. */
public final class UnawaitedException extends OnChangeException {

    private static final long serialVersionUID = 1L;

    /**
     * What has been returned, if it is null or can be waited for.
     *
     * @param where who returned it, for messages
     */
    static @Nullable Object unlessAwaited(String where, @Nullable Object returned) {
        boolean awaited = returned instanceof Publisher<?>
                || returned instanceof CompletionStage<?>
                || returned instanceof Flow.Publisher<?>;
        if (returned == null || awaited) {
            return returned;
        }
        throw new UnawaitedException(where, returned);
    }

    /** @param where the handler, for messages */
    public UnawaitedException(String where, Object returned) {
        super(List.of(Message.RETURN_NOT_AWAITED.at(where, returned.getClass().getTypeName())));
    }
}
