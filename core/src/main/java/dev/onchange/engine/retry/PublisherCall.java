package dev.onchange.engine.retry;

import dev.onchange.HandlerTimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.core.publisher.Sinks;

/**
 * Waits for a handler's publisher to end, however it ends: as it wants, with an error, or too late.
 *
 * @param <O> the outcome's type
 */
final class PublisherCall<O> extends BaseSubscriber<Object> {

    private final @Nullable BlockingCall within;
    private final Function<@Nullable Object, O> handled;
    private final Function<Throwable, O> failed;
    private final Function<Throwable, O> stopped;
    private final Sinks.One<O> outcome = Sinks.one();
    private volatile Runnable whenEnded = () -> {};
    private @Nullable Object lastValue;
    private volatile @Nullable ThreadedCall threadedCall;
    private final AtomicBoolean ended = new AtomicBoolean();

    /**
     * @param within the call that returned the publisher, which subscribing to it belongs to; null if that is not watched
     * @param handled is passed the last value, null if there was none
     * @param stopped is passed what the other two fail with
     */
    PublisherCall(
            @Nullable BlockingCall within,
            Function<@Nullable Object, O> handled,
            Function<Throwable, O> failed,
            Function<Throwable, O> stopped) {
        this.within = within;
        this.handled = handled;
        this.failed = failed;
        this.stopped = stopped;
    }

    /** Subscribes, on this thread, which the publisher may hold as long as the handler itself could. */
    PublisherCall<O> subscribeTo(Publisher<?> publisher) {
        threadedCall = publisher instanceof ThreadedCall threaded ? threaded : null;
        try {
            publisher.subscribe(this);
        } catch (Throwable thrown) {
            // Reactor throws fatal errors instead of signalling them.
            fail(thrown);
        }
        return this;
    }

    /** The outcome; whoever waits for it no longer cancels the publisher. */
    Mono<O> outcome() {
        return outcome.asMono().doOnCancel(this::dispose);
    }

    /**
     * A publisher that has not ended in time is cancelled, and its call has failed.
     *
     * @param watchdog null if the handler has no time-out
     */
    PublisherCall<O> watchedBy(@Nullable Watchdog watchdog, String handler) {
        if (watchdog == null) {
            return this;
        }
        Watchdog.Call call = new Watchdog.Call() {
            @Override
            void late() {
                ThreadedCall threaded = threadedCall;
                fail(new HandlerTimeoutException(
                        handler, watchdog.timeout(), threaded == null ? null : threaded.thread()));
            }
        };
        whenEnded = () -> watchdog.leave(call);
        watchdog.watch(call);
        if (ended.get()) {
            watchdog.leave(call);
        }
        return this;
    }

    private void fail(Throwable failure) {
        if (ended.compareAndSet(false, true)) {
            end(() -> failed.apply(within == null ? failure : within.explain(failure)));
            dispose();
        }
    }

    private void end(Supplier<O> decision) {
        // What has been given up goes its way without an outcome of this.
        if (within == null || !within.end()) {
            outcome.tryEmitValue(orStopped(decision));
        }
    }

    @Override
    protected void hookFinally(SignalType type) {
        whenEnded.run();
    }

    @Override
    protected void hookOnNext(Object value) {
        lastValue = value;
    }

    @Override
    protected void hookOnComplete() {
        if (ended.compareAndSet(false, true)) {
            end(() -> handled.apply(lastValue));
        }
    }

    private O orStopped(Supplier<O> decision) {
        try {
            return decision.get();
        } catch (Throwable unforeseen) {
            return stopped.apply(unforeseen);
        }
    }

    @Override
    protected void hookOnError(Throwable failure) {
        fail(failure);
    }
}
