package dev.onchange.engine.timing;

import java.util.concurrent.atomic.AtomicReference;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Runs one write at a time, in the order in which the writes were subscribed to. */
public final class SerialWrites {

    private final AtomicReference<Mono<Void>> last = new AtomicReference<>(Mono.empty());

    /** The write, which begins when those before it have ended. */
    public <T> Mono<T> run(Mono<T> work) {
        return Mono.defer(() -> {
            Sinks.Empty<Void> finished = Sinks.empty();
            Mono<Void> before = last.getAndSet(finished.asMono());
            // a write that is cancelled while it waits must not let the next one overtake those before it
            return before.then(work).doFinally(signal -> before.subscribe(null, null, finished::tryEmitEmpty));
        });
    }
}
