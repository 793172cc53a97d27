package dev.onchange.engine.retry;

import dev.onchange.HandlerTimeoutException;
import dev.onchange.engine.dispatch.Outcome;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.SignalType;

/** Waits for a handler's publisher to end, however it ends: as it wants, with an error, or too late. */
final class PublisherCall extends BaseSubscriber<Object> {

    private final MonoSink<Outcome> outcome;
    private final Function<@Nullable Object, Outcome> handled;
    private final Function<Throwable, Outcome> failed;
    private Runnable whenEnded = () -> {};
    private @Nullable Object lastValue;
    private volatile @Nullable ThreadedCall threadedCall;
    private final AtomicBoolean ended = new AtomicBoolean();

    /** @param handled is passed the last value, null if there was none */
    PublisherCall(
            MonoSink<Outcome> outcome,
            Function<@Nullable Object, Outcome> handled,
            Function<Throwable, Outcome> failed) {
        this.outcome = outcome;
        this.handled = handled;
        this.failed = failed;
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

    private static Outcome orStopped(Supplier<Outcome> decision) {
        try {
            return decision.get();
        } catch (Throwable unforeseen) {
            return new Outcome.Stopped(unforeseen);
        }
    }

    @Override
    protected void hookOnError(Throwable failure) {
        fail(failure);
    }
}
