package dev.onchange.retry;

import java.util.function.Consumer;
import org.reactivestreams.Publisher;
import reactor.core.publisher.BaseSubscriber;

/** Waits for a handler's publisher to end, however it ends. */
final class Ending extends BaseSubscriber<Object> {

    private final Runnable whenComplete;
    private final Consumer<Throwable> whenFailed;

    Ending(Runnable whenComplete, Consumer<Throwable> whenFailed) {
        this.whenComplete = whenComplete;
        this.whenFailed = whenFailed;
    }

    void of(Publisher<?> publisher) {
        try {
            publisher.subscribe(this);
        } catch (Throwable thrown) {
            // Reactor throws what it holds to be fatal instead of signalling it.
            whenFailed.accept(thrown);
        }
    }

    @Override
    protected void hookOnComplete() {
        whenComplete.run();
    }

    @Override
    protected void hookOnError(Throwable failure) {
        whenFailed.accept(failure);
    }
}
