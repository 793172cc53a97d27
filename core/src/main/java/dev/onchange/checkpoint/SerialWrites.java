package dev.onchange.checkpoint;

import java.util.concurrent.atomic.AtomicReference;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Runs works that are subscribed to one after the other, in the order in which they were subscribed to. */
final class SerialWrites {

    private final AtomicReference<Mono<Void>> last = new AtomicReference<>(Mono.empty());

    <T> Mono<T> run(Mono<T> work) {
        return Mono.defer(() -> {
            Sinks.Empty<Void> finished = Sinks.empty();
            Mono<Void> before = last.getAndSet(finished.asMono());
            // cancelled while it waited, it still must not let the next one overtake those before
            return before.then(work).doFinally(signal -> before.subscribe(null, null, finished::tryEmitEmpty));
        });
    }
}
