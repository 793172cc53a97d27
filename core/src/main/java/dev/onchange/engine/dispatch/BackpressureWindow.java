package dev.onchange.engine.dispatch;

/** Counts unsettled changes, and decides whether one more may be requested from the stream. */
final class BackpressureWindow {

    private final BackpressureLimits limits;
    private long events;
    private long bytes;
    private boolean requested;

    BackpressureWindow(BackpressureLimits limits) {
        this.limits = limits;
    }

    /** How many changes to request at first. */
    synchronized int open() {
        return grant();
    }

    /**
     * A change has come.
     *
     * @param size how many bytes it takes
     * @param unsettled whether a handler has to settle it
     * @return how many changes to request
     */
    synchronized int received(int size, boolean unsettled) {
        requested = false;
        if (unsettled) {
            events++;
            bytes += size;
        }
        return grant();
    }

    /**
     * A change was settled by its last handler.
     *
     * @param size how many bytes it took
     * @return how many changes to request
     */
    synchronized int settled(int size) {
        events--;
        bytes -= size;
        return grant();
    }

    /** Whether the window is nearly full: it never stays quite full, as a slow handler settles a change now and then. */
    synchronized boolean isNearlyFull() {
        return events >= limits.events() - limits.events() / 10 || bytes >= limits.bytes() - limits.bytes() / 10;
    }

    private int grant() {
        if (requested || events >= limits.events() || bytes >= limits.bytes()) {
            return 0;
        }
        requested = true;
        return 1;
    }
}
