package dev.onchange.route;

/**
 * How much of a stream may be in memory at a time: delivered to lanes, and not yet settled by every handler it matches.
 * Changes are asked for one at a time, and none when a limit is reached; so one change at most is beyond the limits,
 * whatever its size, and besides there is one batch of the server at most, of which the rest waits in the driver. A
 * batch is on its way as soon as the last one has been let in: that is read ahead while what was let in is handled.
 *
 * <p>When a limit is reached the stream is not read on, so one slow handler in the end holds up the others of its
 * stream.
 *
 * @param events the most unsettled changes
 * @param bytes from how many bytes of unsettled changes on nothing more is asked for; what their deliveries take, one
 *     for each handler that a change matches, counts too
 */
public record FlowLimits(int events, long bytes) {

    /** Unsettled changes per stream: enough for some tenths of a second at the server's own speed. */
    public static final int DEFAULT_EVENTS = 4_096;

    /** Bytes of unsettled changes per stream: beside them there may be a batch of twice as many, and its raw reply. */
    public static final long DEFAULT_BYTES = 8L * 1024 * 1024;

    /** The limits unless the user sets others. */
    public static final FlowLimits DEFAULT = new FlowLimits(DEFAULT_EVENTS, DEFAULT_BYTES);

    public FlowLimits {
        if (events < 1 || bytes < 1) {
            throw new IllegalArgumentException(
                    "limits of unsettled changes must be positive: events " + events + ", bytes " + bytes);
        }
    }
}
