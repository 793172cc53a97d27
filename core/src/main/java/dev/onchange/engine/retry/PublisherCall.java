package dev.onchange.engine.retry;

import dev.onchange.HandlerTimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.SignalType;

/**
 * Waits for a handler's publisher to end, however it ends: as it wants, with an error, or too late.
 *
 * @param <O> the outcome's type
 */
final class PublisherCall<O> extends BaseSubscriber<Object> {

    private final MonoSink<O> outcome;
    private final Function<@Nullable Object, O> handled;
    private final Function<Throwable, O> failed;
    private final Function<Throwable, O> stopped;
    private Runnable whenEnded = () -> {};
    private @Nullable Object lastValue;
    private volatile @Nullable ThreadedCall threadedCall;
    private final AtomicBoolean ended = new AtomicBoolean();

    /**
     * @param handled is passed the last value, null if there was none
     * @param stopped is passed what the other two fail with
     */
    PublisherCall(
            MonoSink<O> outcome,
            Function<@Nullable Object, O> handled,
            Function<Throwable, O> failed,
            Function<Throwable, O> stopped) {
        this.outcome = outcome;
        this.handled = handled;
        this.failed = failed;
        this.stopped = stopped;
    }

    void of(Publisher<?> publisher) {
        outcome.onDispose(this);
        threadedCall = publisher instanceof ThreadedCall threaded ? threaded : null;
        try {
            publisher.subscribe(this);
        } catch (Throwable thrown) {
            // Reactor throws fatal errors instead of signalling them.
            fail(thrown);
        }
    }

    /** A publisher that has not ended in time is cancelled, and its call has failed. */
    void watchedBy(Watchdog watchdog, String handler) {
        Watchdog.Call call = new Watchdog.Call() {
            @Override
            void late() {
                ThreadedCall threaded = threadedCall;
                fail(new HandlerTimeoutException(
                        handler, watchdog.timeout(), threaded == null ? null : threaded.thread()));
            }
        };
        watchdog.watch(call);
        whenEnded = () -> watchdog.leave(call);
    }

    private void fail(Throwable failure) {
        if (ended.compareAndSet(false, true)) {
            outcome.success(orStopped(() -> failed.apply(failure)));
            dispose();
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
            outcome.success(orStopped(() -> handled.apply(lastValue)));
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
