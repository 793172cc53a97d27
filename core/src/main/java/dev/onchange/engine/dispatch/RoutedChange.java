package dev.onchange.engine.dispatch;

import dev.onchange.engine.decode.Change;
import java.util.concurrent.atomic.AtomicInteger;

/** A change that concerns at least one handler, shared by the deliveries to all of these. */
final class RoutedChange {

    private final Change change;
    private final LazyPosition before;
    private final long receivedAt;
    private final Runnable whenSettled;
    private final AtomicInteger open;

    /**
     * @param before the position after the previous change of the stream
     * @param receivedAt in milliseconds
     * @param handlers how many handlers have to settle it
     * @param whenSettled run when the last of these is done with it
     */
    RoutedChange(Change change, LazyPosition before, long receivedAt, int handlers, Runnable whenSettled) {
        this.change = change;
        this.before = before;
        this.receivedAt = receivedAt;
        this.whenSettled = whenSettled;
        this.open = new AtomicInteger(handlers);
    }

    Change change() {
        return change;
    }

    LazyPosition before() {
        return before;
    }

    long receivedAt() {
        return receivedAt;
    }

    /** One handler is done with it, settled or not. Never called while a lock is held: it may request more changes. */
    void release() {
        if (open.decrementAndGet() == 0) {
            whenSettled.run();
        }
    }
}
