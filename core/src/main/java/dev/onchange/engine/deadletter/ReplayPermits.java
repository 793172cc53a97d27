package dev.onchange.engine.deadletter;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Lets so many go on at a time, in the order in which they come, without a thread that waits. One may wait at a time;
 * places are given back by any thread.
 */
final class ReplayPermits {

    private final int places;
    private int taken;
    private @Nullable Waiting waiting;

    private record Waiting(int wanted, Sinks.Empty<Void> admitted) {}

    ReplayPermits(int places) {
        this.places = places;
    }

    /** Completes when so many places are free, and takes them; with all of them, whoever takes them goes on alone. */
    synchronized Mono<Void> take(int wanted) {
        if (places - taken >= wanted) {
            taken += wanted;
            return Mono.empty();
        }
        Waiting next = new Waiting(wanted, Sinks.empty());
        waiting = next;
        return next.admitted.asMono();
    }

    void giveBack(int some) {
        Waiting admitted = null;
        synchronized (this) {
            taken -= some;
            if (waiting != null && places - taken >= waiting.wanted) {
                admitted = waiting;
                waiting = null;
                taken += admitted.wanted;
            }
        }
        if (admitted != null) {
            admitted.admitted.tryEmitEmpty();
        }
    }
}
