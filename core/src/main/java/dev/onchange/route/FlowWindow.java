package dev.onchange.route;

/** Counts what is unsettled and decides how much more may be asked for. */
final class FlowWindow {

    private final FlowLimits limits;
    private long events;
    private long bytes;
    private int outstanding;
    private int typicalSize = 1;

    FlowWindow(FlowLimits limits) {
        this.limits = limits;
    }

    /** How much to ask for at first. */
    synchronized int open() {
        return grant();
    }

    /** A change of {@code size} bytes has come, and somebody has still to settle it if {@code unsettled}. */
    synchronized int received(int size, boolean unsettled) {
        outstanding--;
        // A large change counts at once, a run of small ones is believed slowly.
        typicalSize = Math.max(size, typicalSize - (typicalSize >> 6));
        if (unsettled) {
            events++;
            bytes += size;
        }
        return grant();
    }

    /** A change of {@code size} bytes was settled by its last handler. */
    synchronized int settled(int size) {
        events--;
        bytes -= size;
        return grant();
    }

    synchronized long unsettledEvents() {
        return events;
    }

    synchronized long unsettledBytes() {
        return bytes;
    }

    private int grant() {
        if (outstanding > limits.prefetch() / 2 || events >= limits.events() || bytes >= limits.bytes()) {
            return 0;
        }
        long byEvents = limits.events() - events;
        long byBytes = Math.max(1, (limits.bytes() - bytes) / typicalSize);
        int more = (int) Math.min(limits.prefetch(), Math.min(byEvents, byBytes)) - outstanding;
        if (more <= 0) {
            return 0;
        }
        outstanding += more;
        return more;
    }
}
