package dev.onchange;

import com.mongodb.reactivestreams.client.ClientSession;
import java.util.List;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/**
 * Stands around every call of a handler, retries and replays included: to measure, to trace, to fail on purpose. Called
 * on the handler's thread, by several at a time; in a transaction, within it.
 */
@FunctionalInterface
public interface Interceptor {

    /**
     * Calls the handler, or does not.
     *
     * @return what {@link Invocation#proceed} returned, or something that stands for it: what must complete before the
     *     change is settled, subscribed to once; null if it is settled now
     * @throws Throwable what counts as the handler's failure
     */
    @Nullable
    Publisher<?> intercept(Invocation invocation) throws Throwable;

    /** One call. */
    interface Invocation {

        /** The handler that is called. */
        HandlerDescriptor handler();

        /**
         * The change, as the stream brought it: with documents that the handler has perhaps not asked for. The first, if the
         * handler takes batches.
         */
        RawBsonDocument event();

        /** All changes of the call, in their order: several if the handler takes batches, else one. */
        default List<RawBsonDocument> events() {
            return List.of(event());
        }

        /** Which attempt it is. */
        Attempt attempt();

        /** The session of the handler's transaction; null if it has none. */
        @Nullable
        ClientSession session();

        /**
         * Calls the handler.
         *
         * @throws Throwable what the handler threw
         */
        @Nullable
        Publisher<?> proceed() throws Throwable;
    }
}
