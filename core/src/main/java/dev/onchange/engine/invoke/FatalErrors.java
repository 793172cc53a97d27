package dev.onchange.engine.invoke;

import com.mongodb.reactivestreams.client.ClientSession;
import dev.onchange.Attempt;
import dev.onchange.engine.decode.Change;
import java.lang.ref.WeakReference;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.scheduler.Schedulers;

/**
 * Lets handlers fail with the errors that Reactor holds to be fatal: a {@link LinkageError}, a {@link StackOverflowError}.
 * Reactor's operators throw them on the present thread, where they reach no subscriber. So a hook wraps the tasks that a
 * handler's publisher gives to Reactor's schedulers, and leaves all other tasks of the process as they are.
 */
public final class FatalErrors implements AutoCloseable {

    /** For the handlers of these listeners; further listeners in the process have their own instance. */
    @SuppressWarnings("ThreadLocalUsage")
    private final ThreadLocal<@Nullable AwaitedSubscriber> present = new ThreadLocal<>();

    private final String hook = "dev.onchange." + Integer.toHexString(System.identityHashCode(this));

    /** Sets the hook, until {@link #close}. */
    public FatalErrors() {
        Schedulers.onScheduleHook(hook, this::watched);
    }

    /** The same handler; the publisher that it returns signals fatal errors too. */
    public Invoker around(Invoker handler) {
        return new Watched(handler, this);
    }

    private record Watched(Invoker handler, FatalErrors fatalErrors) implements Invoker {

        @Override
        public @Nullable Publisher<?> invoke(Change change, Attempt attempt, @Nullable ClientSession session)
                throws Throwable {
            return awaited(handler.invoke(change, attempt, session));
        }

        @Override
        public @Nullable Publisher<?> invokeBatch(
                List<Change> changes, Attempt attempt, @Nullable ClientSession session) throws Throwable {
            return awaited(handler.invokeBatch(changes, attempt, session));
        }

        private @Nullable Publisher<?> awaited(@Nullable Publisher<?> end) {
            return end == null ? null : new Awaited(end, fatalErrors);
        }
    }

    @Override
    public void close() {
        Schedulers.resetOnScheduleHook(hook);
    }

    /** Runs work whose fatal errors are failures of the subscriber. */
    void within(AwaitedSubscriber subscriber, Runnable work) {
        AwaitedSubscriber before = present.get();
        present.set(subscriber);
        try {
            work.run();
        } catch (Throwable thrown) {
            subscriber.fail(thrown);
        } finally {
            if (before == null) {
                present.remove();
            } else {
                present.set(before);
            }
        }
    }

    private Runnable watched(Runnable task) {
        AwaitedSubscriber subscriber = present.get();
        if (subscriber == null || subscriber.hasEnded()) {
            return task;
        }
        // The task may live longer than the change, for example if its source is shared.
        WeakReference<AwaitedSubscriber> reference = new WeakReference<>(subscriber);
        return () -> {
            AwaitedSubscriber waiting = reference.get();
            if (waiting == null || waiting.hasEnded()) {
                task.run();
            } else {
                within(waiting, task);
            }
        };
    }
}
