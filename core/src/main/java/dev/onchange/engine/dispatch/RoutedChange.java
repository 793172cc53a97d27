package dev.onchange.engine.dispatch;

import dev.onchange.checkpoint.Position;
import dev.onchange.engine.decode.Change;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A change that at least one handler matches, shared by all their deliveries. */
final class RoutedChange {

    private final Change change;
    private final LazyPosition before;
    private final long receivedAt;
    private final Runnable whenSettled;
    private final AtomicInteger open;

    /**
     * @param before after the change before it in the stream
     * @param receivedAt in milliseconds
     * @param handlers how many have to settle it
     * @param whenSettled told when all have
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

    @Nullable
    Position before() {
        return before.position();
    }

    LazyPosition mark() {
        return before;
    }

    long receivedAt() {
        return receivedAt;
    }

    /** One handler is done with it, settled or not. Never called while a lock is held: it may read the stream on. */
    void release() {
        if (open.decrementAndGet() == 0) {
            whenSettled.run();
        }
    }
}
