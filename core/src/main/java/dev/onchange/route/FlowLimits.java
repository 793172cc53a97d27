package dev.onchange.route;

/**
 * How much of a stream may be in memory at a time: delivered to lanes, and not yet settled by every handler it matches.
 * When a limit is reached the stream is not read on, so one slow handler in the end holds up the others of its stream.
 *
 * @param events the most unsettled changes
 * @param bytes from how many bytes of unsettled changes on nothing more is asked for; at most the {@code prefetch} changes that were
 *     already asked for come on top
 * @param prefetch the most changes asked for in advance, so that the next batch is on its way while this one is handled
 */
public record FlowLimits(int events, long bytes, int prefetch) {

    /** Unsettled changes per stream: enough for some tenths of a second at the server's own speed. */
    public static final int DEFAULT_EVENTS = 4_096;

    /** Bytes of unsettled changes per stream: two of the server's largest batches. */
    public static final long DEFAULT_BYTES = 32L * 1024 * 1024;

    /** Changes asked for in advance: small, so that a sudden run of large changes stays near the limit of bytes. */
    public static final int DEFAULT_PREFETCH = 256;

    /** The limits unless the user sets others. */
    public static final FlowLimits DEFAULT = new FlowLimits(DEFAULT_EVENTS, DEFAULT_BYTES, DEFAULT_PREFETCH);

    public FlowLimits {
        if (events < 1 || bytes < 1 || prefetch < 1) {
            throw new IllegalArgumentException("limits of unsettled changes must be positive: events " + events
                    + ", bytes " + bytes + ", prefetch " + prefetch);
        }
    }
}
