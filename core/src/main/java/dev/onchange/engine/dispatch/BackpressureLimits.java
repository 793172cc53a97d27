package dev.onchange.engine.dispatch;

import java.time.Duration;

/**
 * How much of a stream may be in memory at a time: delivered to lanes, and not yet settled by every handler it matches.
 * Changes are requested one at a time, and none when a limit is reached; so one change at most is beyond the limits,
 * whatever its size. In addition the stream prefetches a few MB, so that the next batch is on its way while this one is
 * dispatched, and the driver holds the rest of one batch of the server at most.
 *
 * <p>When a limit is reached no change is requested, so one slow handler in the end delays all handlers of its stream; when
 * that has lasted for the patience it is published as an event, and the handler can be given a stream of its own.
 *
 * @param events the most unsettled changes
 * @param bytes the most bytes of unsettled changes; their deliveries, one for each handler that a change matches, count
 *     too
 * @param patience for how long one handler may delay the other handlers of its stream before that is published
 */
public record BackpressureLimits(int events, long bytes, Duration patience) {

    /** Unsettled changes per stream: enough for some tenths of a second at the server's own speed. */
    public static final int DEFAULT_EVENTS = 4_096;

    /** Bytes of unsettled changes per stream: beside them there may be a batch of twice as many, and its raw reply. */
    public static final long DEFAULT_BYTES = 8L * 1024 * 1024;

    /** Longer than an ordinary pause of a handler: another stream makes the server read its oplog once more. */
    public static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(10);

    /** The limits that apply unless the user sets them. */
    public static final BackpressureLimits DEFAULT =
            new BackpressureLimits(DEFAULT_EVENTS, DEFAULT_BYTES, DEFAULT_PATIENCE);

    /** Limits with the usual patience. */
    public BackpressureLimits(int events, long bytes) {
        this(events, bytes, DEFAULT_PATIENCE);
    }

    public BackpressureLimits {
        if (events < 1 || bytes < 1) {
            throw new IllegalArgumentException(
                    "limits of unsettled changes must be positive: events " + events + ", bytes " + bytes);
        }
        if (patience.isNegative() || patience.isZero()) {
            throw new IllegalArgumentException("patience must be positive: " + patience);
        }
    }

    /** These limits with that patience. */
    public BackpressureLimits withPatience(Duration changed) {
        return new BackpressureLimits(events, bytes, changed);
    }
}
