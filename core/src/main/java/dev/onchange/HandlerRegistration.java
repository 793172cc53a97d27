package dev.onchange;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** A registration that is removed once. */
final class HandlerRegistration implements Registration {

    private final List<String> handlerIds;
    private final Runnable removal;
    private final AtomicBoolean closed = new AtomicBoolean();

    HandlerRegistration(List<String> handlerIds, Runnable removal) {
        this.handlerIds = List.copyOf(handlerIds);
        this.removal = removal;
    }

    @Override
    public List<String> handlerIds() {
        return handlerIds;
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            removal.run();
        }
    }
}
