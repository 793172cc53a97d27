package dev.onchange.stream;

import com.mongodb.ContextProvider;
import com.mongodb.MongoClientSettings;
import com.mongodb.RequestContext;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandSucceededEvent;
import com.mongodb.reactivestreams.client.ReactiveContextProvider;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import reactor.core.CoreSubscriber;
import reactor.util.context.Context;

/**
 * Lets a client tell how far the server has read for a stream even if there was no change: the server says so in each
 * reply, and the reactive driver keeps it to itself. A client that is not instrumented serves as well; its idle streams
 * then ask the server from time to time.
 */
public final class StreamTap {

    private static final String KEY = StreamTap.class.getName();

    private StreamTap() {}

    /**
     * The same settings with a command listener and a context provider added; those that are there stay in use. Every
     * command of a client with a listener costs one more copy of the reply in memory.
     */
    public static MongoClientSettings instrument(MongoClientSettings settings) {
        return instrument(MongoClientSettings.builder(settings)).build();
    }

    /** Adds both to settings that are being built, after the user's own context provider was set. */
    public static MongoClientSettings.Builder instrument(MongoClientSettings.Builder builder) {
        MongoClientSettings settings = builder.build();
        if (settings.getCommandListeners().stream().anyMatch(Listener.class::isInstance)) {
            return builder;
        }
        return builder.addCommandListener(new Listener()).contextProvider(provider(settings.getContextProvider()));
    }

    /** Hands the replies to all commands of a subscription with this context to the consumer, on the driver's threads. */
    static Context tapped(Context context, Consumer<Reply> replies) {
        return context.put(KEY, replies);
    }

    private static ReactiveContextProvider provider(@Nullable ContextProvider present) {
        if (present != null && !(present instanceof ReactiveContextProvider)) {
            throw new IllegalArgumentException(
                    "The context provider is of no use to a reactive client: " + present.getClass());
        }
        ReactiveContextProvider before = (ReactiveContextProvider) present;
        return subscriber -> {
            RequestContext context = before == null ? null : before.getContext(subscriber);
            Consumer<Reply> replies = replies(subscriber);
            // Null makes the driver use a context that ignores everything.
            return replies == null ? context : new TappedContext(replies, context);
        };
    }

    @SuppressWarnings("unchecked")
    private static @Nullable Consumer<Reply> replies(Subscriber<?> subscriber) {
        return subscriber instanceof CoreSubscriber<?> core
                ? (Consumer<Reply>) core.currentContext().getOrDefault(KEY, null)
                : null;
    }

    /** The driver catches and logs what a listener throws. */
    private static final class Listener implements CommandListener {
        @Override
        public void commandSucceeded(CommandSucceededEvent event) {
            if (event.getRequestContext() instanceof TappedContext context) {
                context.replies().accept(Reply.of(event.getCommandName(), event.getResponse()));
            }
        }
    }
}
