package dev.onchange.engine.deadletter;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A semaphore whose callers wait without a thread, in the order in which they come. One caller may wait at a time; any
 * thread may release permits.
 */
final class ReplayPermits {

    private final int permits;
    private int acquired;
    private @Nullable Waiting waiting;

    private record Waiting(int wanted, Sinks.Empty<Void> granted) {}

    ReplayPermits(int permits) {
        this.permits = permits;
    }

    /** Completes when so many permits are free, and acquires them; a caller that acquires all of them goes on alone. */
    synchronized Mono<Void> acquire(int wanted) {
        if (permits - acquired >= wanted) {
            acquired += wanted;
            return Mono.empty();
        }
        Waiting next = new Waiting(wanted, Sinks.empty());
        waiting = next;
        return next.granted.asMono();
    }

    void release(int some) {
        Waiting next = null;
        synchronized (this) {
            acquired -= some;
            if (waiting != null && permits - acquired >= waiting.wanted) {
                next = waiting;
                waiting = null;
                acquired += next.wanted;
            }
        }
        if (next != null) {
            next.granted.tryEmitEmpty();
        }
    }
}
