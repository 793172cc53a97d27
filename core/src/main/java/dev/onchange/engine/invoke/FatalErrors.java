package dev.onchange.engine.invoke;

import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.scheduler.Schedulers;

/**
 * Lets handlers fail with the errors that Reactor holds to be fatal: a {@link LinkageError}, a {@link StackOverflowError}.
 * Its operators throw them to the thread they are on, where they reach no subscriber. So tasks that a handler's publisher
 * gives to Reactor's schedulers are looked at, by a hook that only does something for them.
 */
public final class FatalErrors implements AutoCloseable {

    /** Of these listeners alone: others in the process have their own handlers. */
    @SuppressWarnings("ThreadLocalUsage")
    private final ThreadLocal<@Nullable AwaitedSubscriber> present = new ThreadLocal<>();

    private final String hook = "dev.onchange." + Integer.toHexString(System.identityHashCode(this));

    /** Until {@link #close}. */
    public FatalErrors() {
        Schedulers.onScheduleHook(hook, this::watched);
    }

    /** The same handler; what it returns ends in all cases but silence. */
    public Invoker around(Invoker handler) {
        return (change, attempt, session) -> {
            Publisher<?> end = handler.invoke(change, attempt, session);
            return end == null ? null : new Awaited(end, this);
        };
    }

    @Override
    public void close() {
        Schedulers.resetOnScheduleHook(hook);
    }

    /** Does what {@code subscriber} is to be told the end of. */
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
        // The task may live longer than the change: of a source that is shared, for example.
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
