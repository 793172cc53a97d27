package dev.onchange.engine.dispatch;

import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BaseSubscriber;

/**
 * Receives the outcome of a handler that goes on without a thread.
 *
 * @param <O> the outcome's type
 */
final class OutcomeSubscriber<O> extends BaseSubscriber<O> {

    private final Function<Throwable, O> stopped;

    /** The outcome or the consumer that waits for it, whichever comes first. */
    private final AtomicReference<@Nullable Object> first = new AtomicReference<>();

    /** @param stopped the outcome if none comes */
    OutcomeSubscriber(Function<Throwable, O> stopped) {
        this.stopped = stopped;
    }

    /** The outcome if it has come already; else null, and {@code later} receives it once it comes. */
    @Nullable
    @SuppressWarnings("unchecked")
    O getOr(Consumer<O> later) {
        return first.compareAndSet(null, later) ? null : (O) first.get();
    }

    @Override
    protected void hookOnNext(O outcome) {
        end(outcome);
    }

    @Override
    protected void hookOnError(Throwable failure) {
        end(stopped.apply(failure));
    }

    @Override
    protected void hookOnComplete() {
        // Without effect after an outcome.
        end(stopped.apply(new IllegalStateException("the handling ended without an outcome")));
    }

    @Override
    protected void hookOnCancel() {
        end(stopped.apply(new CancellationException("the handling was cancelled")));
    }

    @SuppressWarnings("unchecked")
    private void end(O outcome) {
        if (!first.compareAndSet(null, outcome) && first.get() instanceof Consumer<?> waiting) {
            first.set(outcome);
            ((Consumer<O>) waiting).accept(outcome);
        }
    }
}
