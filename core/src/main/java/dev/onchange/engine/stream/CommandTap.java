package dev.onchange.engine.stream;

import com.mongodb.ContextProvider;
import com.mongodb.MongoClientSettings;
import com.mongodb.RequestContext;
import com.mongodb.event.CommandEvent;
import com.mongodb.event.CommandFailedEvent;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import com.mongodb.event.CommandSucceededEvent;
import com.mongodb.reactivestreams.client.ReactiveContextProvider;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import reactor.core.CoreSubscriber;
import reactor.util.context.Context;

/**
 * Makes a client report its commands and their replies: each reply to a change stream has a {@code
 * postBatchResumeToken}, up to which the server has read even without a change, and the reactive driver does not hand
 * it out. A client that is not instrumented serves as well; its idle streams then ask the server from time to time.
 */
public final class CommandTap {

    private static final String KEY = CommandTap.class.getName();

    private CommandTap() {}

    /**
     * The same settings with a command listener and a context provider added; the settings' own ones stay in use. For
     * every command of the client, the driver then makes one more copy of the reply.
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

    /** Has all commands of a subscription with this context reported to the observer, if its client is instrumented. */
    static Context observing(Context context, CommandObserver commands) {
        return context.put(KEY, commands);
    }

    private static ReactiveContextProvider provider(@Nullable ContextProvider present) {
        if (present != null && !(present instanceof ReactiveContextProvider)) {
            throw new IllegalArgumentException(
                    "The context provider is of no use to a reactive client: " + present.getClass());
        }
        return new ObservingContextProvider((ReactiveContextProvider) present);
    }

    private record ObservingContextProvider(@Nullable ReactiveContextProvider users)
            implements ReactiveContextProvider {
        @Override
        @SuppressWarnings("NullAway") // the driver takes null for a context that ignores everything
        public RequestContext getContext(Subscriber<?> subscriber) {
            RequestContext context = users == null ? null : users.getContext(subscriber);
            CommandObserver commands = subscriber instanceof CoreSubscriber<?> core
                    ? core.currentContext().<CommandObserver>getOrDefault(KEY, null)
                    : null;
            return commands == null ? context : new CommandTapContext(commands, context);
        }

        /** The driver logs it with the client's settings. */
        @Override
        public String toString() {
            return "ObservingContextProvider[users=" + users + "]";
        }
    }

    /** The driver catches and logs the exceptions that it throws. */
    private static final class Listener implements CommandListener {
        @Override
        public void commandStarted(CommandStartedEvent event) {
            tell(event, commands -> commands.started(event.getCommandName()));
        }

        @Override
        public void commandSucceeded(CommandSucceededEvent event) {
            tell(event, commands -> commands.replied(CursorReply.of(event.getCommandName(), event.getResponse())));
        }

        @Override
        public void commandFailed(CommandFailedEvent event) {
            tell(event, commands -> commands.failed(event.getCommandName()));
        }

        /** The driver catches exceptions only: an error would be lost in it, and with it the answer to the command. */
        private static void tell(CommandEvent event, Consumer<CommandObserver> what) {
            CommandObserver commands = commands(event);
            if (commands != null) {
                try {
                    what.accept(commands);
                } catch (Error error) {
                    commands.broken(error);
                }
            }
        }

        private static @Nullable CommandObserver commands(CommandEvent event) {
            return event.getRequestContext() instanceof CommandTapContext context ? context.commands() : null;
        }
    }
}
