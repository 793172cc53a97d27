package dev.onchange.engine.dispatch;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * The documents that a handler was given and has not settled: counts them, and says when it is to be given more. Guarded by
 * the handler's {@link HandlerSnapshot}, except {@link #settled}.
 */
final class DocumentsInFlight {

    private final SnapshotPace pace;
    private final AtomicInteger inFlight = new AtomicInteger();
    private int given;

    /** When so few are left, more are given. */
    private volatile int few;

    /** Whether more were asked for since some were given. */
    private volatile boolean asked;

    DocumentsInFlight(SnapshotPace pace) {
        this.pace = pace;
    }

    /**
     * How many more may be given at the moment, if none of them is stopped by back-pressure.
     *
     * @param changesCome whether changes may have to wait for them
     */
    int room(boolean changesCome) {
        int left = inFlight.get();
        pace.settled(given - left);
        given = left;
        return Math.min(pace.atATime(changesCome) - left, pace.allowed());
    }

    boolean isEmpty() {
        return inFlight.get() == 0;
    }

    /** One is about to be given. */
    void add() {
        if (inFlight.getAndIncrement() == 0) {
            pace.busy();
        }
        given++;
    }

    /** So many were given at a time. */
    void added(int documents) {
        if (documents > 0) {
            pace.given(documents);
            few = inFlight.get() / 2;
            asked = false;
        }
    }

    /** One was settled; gives whether more are to be given. Called by any thread. */
    boolean settled() {
        int left = inFlight.decrementAndGet();
        if (left > 0 && (left > few || asked)) {
            return false;
        }
        asked = true;
        return true;
    }

    /** None was given yet. */
    void clear() {
        inFlight.set(0);
        given = 0;
    }
}
