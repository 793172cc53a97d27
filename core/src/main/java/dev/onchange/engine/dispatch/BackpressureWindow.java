package dev.onchange.engine.dispatch;

/** Counts what is unsettled and decides whether one more may be asked for. */
final class BackpressureWindow {

    private final BackpressureLimits limits;
    private long events;
    private long bytes;
    private boolean asked;

    BackpressureWindow(BackpressureLimits limits) {
        this.limits = limits;
    }

    /** How much to ask for at first. */
    synchronized int open() {
        return grant();
    }

    /** A change has come that takes so many bytes, and somebody has still to settle it if {@code unsettled}. */
    synchronized int received(int size, boolean unsettled) {
        asked = false;
        if (unsettled) {
            events++;
            bytes += size;
        }
        return grant();
    }

    /** A change that took so many bytes was settled by its last handler. */
    synchronized int settled(int size) {
        events--;
        bytes -= size;
        return grant();
    }

    /** Whether hardly anything more is let in: a slow handler still settles a change now and then. */
    synchronized boolean isCrowded() {
        return events >= limits.events() - limits.events() / 10 || bytes >= limits.bytes() - limits.bytes() / 10;
    }

    private int grant() {
        if (asked || events >= limits.events() || bytes >= limits.bytes()) {
            return 0;
        }
        asked = true;
        return 1;
    }
}
