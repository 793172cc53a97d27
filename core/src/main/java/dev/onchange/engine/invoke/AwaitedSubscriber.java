package dev.onchange.engine.invoke;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CorePublisher;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Ends once, whatever a handler's publisher does but stay silent: also if it breaks the rules of Reactive Streams, or
 * Reactor throws an error that it holds to be fatal where a handler's operator gets a value.
 */
final class AwaitedSubscriber implements CoreSubscriber<Object>, Subscription {

    private final CoreSubscriber<? super Object> end;
    private final Context context;
    private final AtomicReference<@Nullable Subscription> upstream = new AtomicReference<>();
    private final AtomicBoolean ended = new AtomicBoolean();

    AwaitedSubscriber(CoreSubscriber<? super Object> end) {
        this.end = end;
        this.context = end.currentContext().put(AwaitedSubscriber.class, this);
    }

    /** The one that waits for the end of what has this context. */
    static Optional<AwaitedSubscriber> of(ContextView context) {
        return context.getOrEmpty(AwaitedSubscriber.class);
    }

    void subscribeTo(Publisher<?> publisher) {
        if (publisher instanceof CorePublisher<?> ofReactor) {
            // Not all operators ask what to do with a fatal error.
            Flux.<Object>from(ofReactor)
                    .onErrorContinue(Exceptions::isFatal, (fatal, value) -> fail(fatal))
                    .subscribe(this);
        } else {
            publisher.subscribe(this);
        }
    }

    /** Whether it has been told the end, or nobody waits for it. */
    boolean hasEnded() {
        return ended.get();
    }

    @Override
    public Context currentContext() {
        return context;
    }

    @Override
    public void onSubscribe(@Nullable Subscription subscription) {
        if (subscription == null) {
            fail(broken("subscription"));
        } else if (upstream.compareAndSet(null, subscription)) {
            subscription.request(Long.MAX_VALUE);
        } else {
            subscription.cancel();
        }
    }

    @Override
    public void onNext(@Nullable Object value) {
        if (value == null) {
            fail(broken("value"));
        }
    }

    @Override
    public void onError(@Nullable Throwable failure) {
        if (ended.compareAndSet(false, true)) {
            end.onError(failure == null ? broken("failure") : failure);
        }
    }

    @Override
    public void onComplete() {
        if (ended.compareAndSet(false, true)) {
            end.onComplete();
        }
    }

    @Override
    public void request(long values) {
        // The end needs no demand.
    }

    @Override
    public void cancel() {
        if (ended.compareAndSet(false, true)) {
            cancelUpstream();
        }
    }

    /** It ends with what the publisher did not tell. */
    void fail(Throwable failure) {
        if (ended.compareAndSet(false, true)) {
            cancelUpstream();
            end.onError(failure);
        }
    }

    private void cancelUpstream() {
        Subscription present = upstream.getAndSet(Operators.cancelledSubscription());
        if (present != null) {
            present.cancel();
        }
    }

    private static NullPointerException broken(String signal) {
        return new NullPointerException("what the handler returned gave null as its " + signal);
    }
}
