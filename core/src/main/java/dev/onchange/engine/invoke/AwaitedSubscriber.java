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
 * Subscribes to a handler's publisher and signals its end once, unless the publisher gives no signal at all: also if it
 * breaks the rules of Reactive Streams, or Reactor throws an error that it holds to be fatal where an operator gets a value.
 */
final class AwaitedSubscriber implements CoreSubscriber<Object>, Subscription {

    private final CoreSubscriber<? super Object> downstream;
    private final Context context;
    private final AtomicReference<@Nullable Subscription> upstream = new AtomicReference<>();
    private final AtomicBoolean ended = new AtomicBoolean();

    AwaitedSubscriber(CoreSubscriber<? super Object> downstream) {
        this.downstream = downstream;
        this.context = downstream.currentContext().put(AwaitedSubscriber.class, this);
    }

    /** The subscriber that waits for the end of a publisher with this context. */
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

    /** Whether the end was signalled, or the subscription cancelled. */
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
            downstream.onError(failure == null ? broken("failure") : failure);
        }
    }

    @Override
    public void onComplete() {
        if (ended.compareAndSet(false, true)) {
            downstream.onComplete();
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

    /** Ends with a failure that the publisher did not signal. */
    void fail(Throwable failure) {
        if (ended.compareAndSet(false, true)) {
            cancelUpstream();
            downstream.onError(failure);
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
