package dev.onchange.engine.dispatch;

import dev.onchange.engine.decode.Change;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.function.IntConsumer;

/** A change that concerns at least one handler, shared by the deliveries to all of these. */
final class RoutedChange {

    private static final AtomicIntegerFieldUpdater<RoutedChange> OPEN =
            AtomicIntegerFieldUpdater.newUpdater(RoutedChange.class, "open");

    private final Change change;
    private final LazyPosition before;
    private final long receivedAt;
    private final int size;
    private final IntConsumer whenSettled;
    private volatile int open;

    /**
     * @param before the position after the previous change of the stream
     * @param receivedAt in milliseconds
     * @param handlers how many handlers have to settle it
     * @param size how many bytes it takes until then
     * @param whenSettled is passed the size when the last of these is done with it
     */
    RoutedChange(Change change, LazyPosition before, long receivedAt, int handlers, int size, IntConsumer whenSettled) {
        this.change = change;
        this.before = before;
        this.receivedAt = receivedAt;
        this.whenSettled = whenSettled;
        this.size = size;
        this.open = handlers;
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
        if (open == 1 || OPEN.decrementAndGet(this) == 0) {
            whenSettled.accept(size);
        }
    }
}
