package dev.onchange.engine.dispatch;

import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BaseSubscriber;

/** Receives the outcome of a handler that goes on without a thread. */
final class OutcomeSubscriber extends BaseSubscriber<Outcome> {

    /** The outcome or the consumer that waits for it, whichever comes first. */
    private final AtomicReference<@Nullable Object> first = new AtomicReference<>();

    /** The outcome if it has come already; else null, and {@code later} receives it once it comes. */
    @Nullable
    Outcome getOr(Consumer<Outcome> later) {
        return first.compareAndSet(null, later) ? null : (Outcome) first.get();
    }

    @Override
    protected void hookOnNext(Outcome outcome) {
        end(outcome);
    }

    @Override
    protected void hookOnError(Throwable failure) {
        end(new Outcome.Stopped(failure));
    }

    @Override
    protected void hookOnComplete() {
        // Without effect after an outcome.
        end(new Outcome.Stopped(new IllegalStateException("the handling ended without an outcome")));
    }

    @Override
    protected void hookOnCancel() {
        end(new Outcome.Stopped(new CancellationException("the handling was cancelled")));
    }

    @SuppressWarnings("unchecked")
    private void end(Outcome outcome) {
        if (!first.compareAndSet(null, outcome) && first.get() instanceof Consumer<?> waiting) {
            first.set(outcome);
            ((Consumer<Outcome>) waiting).accept(outcome);
        }
    }
}
