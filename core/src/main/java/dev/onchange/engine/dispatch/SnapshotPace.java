package dev.onchange.engine.dispatch;

import java.time.Clock;

/**
 * How many documents of a snapshot a handler is given at a time, so that a change never waits for long behind them, and how
 * many are read at a time. Safe for use by several threads.
 */
public final class SnapshotPace {

    /** Beyond as many times of reads that changes have not passed, nothing more is read. */
    static final int MOST_SEGMENTS = 500;

    /** What a handler is given of documents takes it about as long. */
    private static final double AHEAD_SECONDS = 0.01;

    /** What is read at a time takes it about as long. */
    private static final double CHUNK_SECONDS = 0.5;

    private static final int MOST_AT_A_TIME = 2_048;
    private static final int LEAST_CHUNK = 100;
    private static final int MOST_CHUNK = 10_000;
    private static final long MEASURED_MILLIS = 20;

    private final Clock clock;
    private final int least;
    private final double limit;
    private long measuredAt;
    private long settledSince;
    private double rate;
    private double permits;
    private long permitsAt;

    /**
     * @param least so many documents it is given at a time however slow it is
     * @param limit how many documents it may be given in a second; 0 for no limit
     */
    public SnapshotPace(Clock clock, int least, double limit) {
        this.clock = clock;
        this.least = least;
        this.limit = limit;
        this.measuredAt = clock.millis();
        this.permitsAt = measuredAt;
        this.permits = 1;
    }

    synchronized void settled() {
        settledSince++;
        long now = clock.millis();
        long elapsed = now - measuredAt;
        if (elapsed >= MEASURED_MILLIS) {
            double measured = settledSince * 1000.0 / elapsed;
            double weight = Math.min(1, elapsed / 1000.0);
            rate = rate == 0 ? measured : rate + (measured - rate) * Math.max(0.2, weight);
            settledSince = 0;
            measuredAt = now;
        }
    }

    synchronized int atATime() {
        return (int) Math.max(least, Math.min(MOST_AT_A_TIME, rate * AHEAD_SECONDS));
    }

    synchronized int chunk() {
        double most = limit > 0 ? Math.min(rate, limit) : rate;
        return (int) Math.max(Math.max(LEAST_CHUNK, least), Math.min(MOST_CHUNK, most * CHUNK_SECONDS));
    }

    synchronized double perSecond() {
        return rate;
    }

    /** Whether the limit allows for one more document at the moment. */
    synchronized boolean allowsOne() {
        if (limit <= 0) {
            return true;
        }
        long now = clock.millis();
        permits = Math.min(Math.max(1, limit / 10), permits + (now - permitsAt) * limit / 1000);
        permitsAt = now;
        return permits >= 1;
    }

    synchronized void given() {
        permits -= 1;
    }
}
