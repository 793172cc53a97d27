package dev.onchange.engine.dispatch;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts unsettled changes, and decides whether one more may be given to the handlers. One thread at a time adds changes,
 * any thread settles them.
 */
final class BackpressureWindow {

    /** In longs: two lines of memory. */
    private static final int DISTANCE = 16;

    private static final int EVENTS = DISTANCE;
    private static final int BYTES = DISTANCE + 1;

    /**
     * This part of a limit has to be free before a full window is said to have room: with less, each thread that settles a
     * change would route the next one, alone.
     */
    private static final int REPLENISHED = 16;

    private final BackpressureLimits limits;
    private final long lowEvents;
    private final long lowBytes;

    /**
     * Changed by the threads that settle, with some distance to what is changed by the one that adds: else each would take
     * the line of memory away from the other with every change.
     */
    private final AtomicLongArray settled = new AtomicLongArray(BYTES + DISTANCE);

    private final AtomicBoolean awaited = new AtomicBoolean();
    private volatile long addedEvents;
    private volatile long addedBytes;
    private volatile boolean documents;

    // Used by the thread that adds: no less was settled.
    private long knownEvents;
    private long knownBytes;

    BackpressureWindow(BackpressureLimits limits) {
        this.limits = limits;
        this.lowEvents = lowWater(limits.events());
        this.lowBytes = lowWater(limits.bytes());
    }

    private static long lowWater(long limit) {
        return limit - Math.max(1, limit / REPLENISHED);
    }

    /**
     * Whether one more change may be added; if not, {@link #settled} tells once when several may. To be called by the thread that
     * adds, which looks at what the others have settled only when it has to.
     */
    boolean isOpen() {
        if (!documents && isRoom(addedEvents - knownEvents, addedBytes - knownBytes)) {
            return true;
        }
        knownEvents = settled.get(EVENTS);
        knownBytes = settled.get(BYTES);
        if (isRoom(events(), bytes())) {
            return true;
        }
        awaited.set(true);
        return isReplenished();
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
        if (!documents) {
            documents = true;
        }
        settled.addAndGet(BYTES, -size);
        settled.decrementAndGet(EVENTS);
    }

    /**
     * A change was settled by its last handler.
     *
     * @param size how many bytes it took
     * @return whether it was waited for
     */
    boolean settled(int size) {
        settled.addAndGet(BYTES, size);
        settled.incrementAndGet(EVENTS);
        return awaited.get() && isReplenished() && awaited.compareAndSet(true, false);
    }

    /** Whether the window is nearly full: it never stays quite full, as a slow handler settles a change now and then. */
    boolean isNearlyFull() {
        return events() >= limits.events() - limits.events() / 10 || bytes() >= limits.bytes() - limits.bytes() / 10;
    }

    private boolean isReplenished() {
        return events() <= lowEvents && bytes() <= lowBytes;
    }

    private boolean isRoom(long events, long bytes) {
        return events < limits.events() && bytes < limits.bytes();
    }

    private long events() {
        return addedEvents - settled.get(EVENTS);
    }

    private long bytes() {
        return addedBytes - settled.get(BYTES);
    }
}
