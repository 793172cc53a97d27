package dev.onchange.engine.dispatch;

import java.time.Duration;

/**
 * How much of a stream may be in memory at a time: delivered to lanes, and not yet settled by every handler it matches.
 * Changes are asked for one at a time, and none when a limit is reached; so one change at most is beyond the limits,
 * whatever its size. Besides there is what the stream reads ahead, a few MB, so that the next batch is on its way while
 * this one is led to handlers, and one batch of the server at most, of which the rest waits in the driver.
 *
 * <p>When a limit is reached the stream is not read on, so one slow handler in the end holds up the others of its
 * stream; that is told when it has lasted, and the handler can be given a stream of its own.
 *
 * @param events the most unsettled changes
 * @param bytes from how many bytes of unsettled changes on nothing more is asked for; what their deliveries take, one
 *     for each handler that a change matches, counts too
 * @param patience for how long one handler may hold up others before it is told
 */
public record BackpressureLimits(int events, long bytes, Duration patience) {

    /** Unsettled changes per stream: enough for some tenths of a second at the server's own speed. */
    public static final int DEFAULT_EVENTS = 4_096;

    /** Bytes of unsettled changes per stream: beside them there may be a batch of twice as many, and its raw reply. */
    public static final long DEFAULT_BYTES = 8L * 1024 * 1024;

    /** Longer than an ordinary hitch: another stream costs the server another look through its oplog. */
    public static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(10);

    /** The limits unless the user sets others. */
    public static final BackpressureLimits DEFAULT =
            new BackpressureLimits(DEFAULT_EVENTS, DEFAULT_BYTES, DEFAULT_PATIENCE);

    /** With the usual patience. */
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

    /** The same with another patience. */
    public BackpressureLimits withPatience(Duration other) {
        return new BackpressureLimits(events, bytes, other);
    }
}
