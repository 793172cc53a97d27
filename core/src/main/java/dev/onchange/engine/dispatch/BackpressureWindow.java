package dev.onchange.engine.dispatch;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts unsettled changes, and decides whether one more may be given to the handlers. One thread at a time adds changes,
 * any thread settles them.
 */
final class BackpressureWindow {

    private final BackpressureLimits limits;
    private final AtomicLong settledEvents = new AtomicLong();
    private final AtomicLong settledBytes = new AtomicLong();
    private final AtomicBoolean awaited = new AtomicBoolean();
    private volatile long addedEvents;
    private volatile long addedBytes;

    BackpressureWindow(BackpressureLimits limits) {
        this.limits = limits;
    }

    /** Whether one more change may be added; if not, {@link #settled} tells once when it may. */
    boolean isOpen() {
        if (hasRoom()) {
            return true;
        }
        awaited.set(true);
        return hasRoom();
    }

    /**
     * A change was given to its handlers.
     *
     * @param size how many bytes it takes
     */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread at a time adds
    void add(int size) {
        addedEvents++;
        addedBytes += size;
    }

    /** A document of a snapshot is given to a handler, which has to settle it. */
    void addDocument(int size) {
        // Any thread gives documents: it takes from what is settled, as only one may add.
        settledBytes.addAndGet(-size);
        settledEvents.decrementAndGet();
    }

    /**
     * A change was settled by its last handler.
     *
     * @param size how many bytes it took
     * @return whether it was waited for
     */
    boolean settled(int size) {
        settledBytes.addAndGet(size);
        settledEvents.incrementAndGet();
        return awaited.get() && hasRoom() && awaited.compareAndSet(true, false);
    }

    /** Whether the window is nearly full: it never stays quite full, as a slow handler settles a change now and then. */
    boolean isNearlyFull() {
        return events() >= limits.events() - limits.events() / 10 || bytes() >= limits.bytes() - limits.bytes() / 10;
    }

    private boolean hasRoom() {
        return events() < limits.events() && bytes() < limits.bytes();
    }

    private long events() {
        return addedEvents - settledEvents.get();
    }

    private long bytes() {
        return addedBytes - settledBytes.get();
    }
}
