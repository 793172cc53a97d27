package dev.onchange.engine.plugin;

import com.mongodb.reactivestreams.client.ClientSession;
import dev.onchange.Attempt;
import dev.onchange.engine.decode.Change;
import dev.onchange.engine.invoke.Invoker;
import dev.onchange.engine.invoke.Recovery;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.util.context.Context;

/** Calls a handler of a plug-in with its class loader as the thread's. */
record ContextInvoker(ContextLoader context, Invoker handler) implements Invoker {

    @Override
    public @Nullable Publisher<?> invoke(Change change, Attempt attempt, @Nullable ClientSession session)
            throws Throwable {
        try (ContextLoader.Stay stay = context.enter()) {
            Publisher<?> end = handler.invoke(change, attempt, session);
            return end == null ? null : within(end);
        }
    }

    @Override
    public @Nullable Recovery recovery() {
        Recovery recovery = handler.recovery();
        return recovery == null
                ? null
                : (change, attempt, failure) -> {
                    try (ContextLoader.Stay stay = context.enter()) {
                        return within(recovery.recover(change, attempt, failure));
                    }
                };
    }

    @Override
    public @Nullable Publisher<?> invokeBatch(List<Change> changes, Attempt attempt, @Nullable ClientSession session)
            throws Throwable {
        try (ContextLoader.Stay stay = context.enter()) {
            Publisher<?> end = handler.invokeBatch(changes, attempt, session);
            return end == null ? null : within(end);
        }
    }

    private <T> Publisher<T> within(Publisher<T> end) {
        return subscriber -> {
            try (ContextLoader.Stay stay = context.enter()) {
                end.subscribe(new Outside<>(context, stay, subscriber));
            }
        };
    }

    /**
     * Whoever waits for the end is no part of the plug-in: were it told while its thread has the plug-in's class loader,
     * threads that it starts would keep that for ever.
     */
    private record Outside<T>(ContextLoader context, ContextLoader.Stay stay, Subscriber<? super T> outside)
            implements CoreSubscriber<T> {

        @Override
        public Context currentContext() {
            return outside instanceof CoreSubscriber<? super T> core ? core.currentContext() : Context.empty();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            outside(() -> outside.onSubscribe(new Within(context, subscription)));
        }

        @Override
        public void onNext(T value) {
            outside(() -> outside.onNext(value));
        }

        @Override
        public void onError(Throwable failure) {
            outside(() -> outside.onError(failure));
        }

        @Override
        public void onComplete() {
            outside(outside::onComplete);
        }

        private void outside(Runnable signal) {
            Thread thread = Thread.currentThread();
            if (thread.getContextClassLoader() != context.loader()) {
                signal.run();
                return;
            }
            thread.setContextClassLoader(stay.before());
            try {
                signal.run();
            } finally {
                thread.setContextClassLoader(context.loader());
            }
        }
    }

    private record Within(ContextLoader context, Subscription subscription) implements Subscription {

        @Override
        public void request(long more) {
            try (ContextLoader.Stay stay = context.enter()) {
                subscription.request(more);
            }
        }

        @Override
        public void cancel() {
            try (ContextLoader.Stay stay = context.enter()) {
                subscription.cancel();
            }
        }
    }
}
