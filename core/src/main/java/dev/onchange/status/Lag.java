package dev.onchange.status;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How far a position is behind the server, and how near to being lost: all in whole seconds of the server's time, as
 * of the last time that it was asked.
 *
 * @param behind from the position to the server's newest time; zero if it is not behind
 * @param left from the oldest entry of the oplog to the position: once nothing is left, the position is lost. Negative
 *     if it is lost; null if the server does not tell, as to an account that may neither read the oplog nor ask
 *     {@code serverStatus}, or as a router of a sharded cluster
 * @param window from the oldest entry of the oplog to the newest time; null if the server does not tell
 */
public record Lag(
        Duration behind, @Nullable Duration left, @Nullable Duration window) {

    /** With less of the oplog left behind a position, a stop of some length would lose changes. */
    public static final double SCARCE = 0.25;

    /** Which share of the oplog's window is left, from 0 for a position that is lost to 1; NaN if it is not known. */
    public double shareLeft() {
        if (left == null || window == null) {
            return Double.NaN;
        }
        return window.isZero() ? 1 : Math.max(0, left.toSeconds() / (double) window.toSeconds());
    }
}
