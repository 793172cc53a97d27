package dev.onchange.engine.dispatch;

import java.time.Clock;

/**
 * How many documents of a snapshot a handler is given at a time, so that a change never waits for long behind them, and how
 * many are read at a time. Safe for use by several threads.
 */
public final class SnapshotPace {

    /** Beyond as many times of reads that changes have not passed, nothing more is read. */
    static final int MOST_SEGMENTS = 500;

    /** What a handler is given of documents takes it about as long: a change that comes has to wait for them. */
    private static final double AHEAD_SECONDS = 0.001;

    /** The same while changes come. */
    private static final double AHEAD_OF_CHANGES_SECONDS = 0.00025;

    /** What is read at a time takes it about as long. */
    private static final double CHUNK_SECONDS = 0.5;

    /** The same while changes come, which wait for a processor while documents are read, and up to that where saving takes long. */
    private static final double CHUNK_BESIDE_CHANGES_SECONDS = 0.01;

    private static final double MOST_BESIDE_CHANGES_SECONDS = 0.05;

    /** The same where each read waits until the stream has passed its time, which it tells about once a second. */
    private static final double WAITING_CHUNK_SECONDS = 2;

    private static final int MOST_AT_A_TIME = 512;
    private static final int LEAST_CHUNK = 100;
    private static final int MOST_CHUNK = 10_000;
    private static final long MEASURED_MILLIS = 20;
    private static final long SHOWN_MILLIS = 1_000;

    private final Clock clock;
    private final int least;
    private final double limit;
    private long measuredAt;
    private long settledSince;
    private long settledAt;
    private double rate;
    private long shownAt;
    private long settledSinceShown;
    private double shown;
    private double permits;
    private long permitsAt;
    private double saveSeconds;

    /**
     * @param least so many documents it is given at a time however slow it is
     * @param limit how many documents it may be given in a second; 0 for no limit
     */
    public SnapshotPace(Clock clock, int least, double limit) {
        this.clock = clock;
        this.least = least;
        this.limit = limit;
        this.measuredAt = clock.millis();
        this.settledAt = measuredAt;
        this.shownAt = measuredAt;
        this.permitsAt = measuredAt;
        this.permits = 1;
    }

    /** The handler had no document, and is given one: if it has waited for long, as for a read, that time is not its own. */
    synchronized void busy() {
        long waited = clock.millis() - settledAt;
        if (waited > MEASURED_MILLIS) {
            measuredAt += waited;
        }
    }

    /** It has settled so many since the last call. */
    synchronized void settled(int documents) {
        if (documents <= 0) {
            return;
        }
        settledSince += documents;
        long now = clock.millis();
        settledAt = now;
        show(documents, now);
        long elapsed = now - measuredAt;
        if (elapsed >= MEASURED_MILLIS) {
            double measured = settledSince * 1000.0 / elapsed;
            double weight = Math.min(1, elapsed / 1000.0);
            rate = rate == 0 ? measured : rate + (measured - rate) * Math.max(0.2, weight);
            settledSince = 0;
            measuredAt = now;
        }
    }

    /** It was given none of so many that were read: these do not tell how fast it is, but how far it has come. */
    synchronized void passedOver(int documents) {
        show(documents, clock.millis());
    }

    private void show(int documents, long now) {
        settledSinceShown += documents;
        long elapsed = now - shownAt;
        if (elapsed >= SHOWN_MILLIS) {
            double measured = settledSinceShown * 1000.0 / elapsed;
            shown = shown == 0 ? measured : shown + (measured - shown) * 0.3;
            settledSinceShown = 0;
            shownAt = now;
        }
    }

    /** @param changesCome whether changes may have to wait for these documents */
    synchronized int atATime(boolean changesCome) {
        double seconds = changesCome ? AHEAD_OF_CHANGES_SECONDS : AHEAD_SECONDS;
        return (int) Math.max(least, Math.min(MOST_AT_A_TIME, rate * seconds));
    }

    /** So long it has taken to save that documents are given. */
    synchronized void saveTook(long millis) {
        saveSeconds += (millis / 1000.0 - saveSeconds) * 0.3;
    }

    /**
     * @param waiting whether each read waits for the stream
     * @param changesCome whether changes may have to wait for the read
     */
    synchronized int chunk(boolean waiting, boolean changesCome) {
        double most = limit > 0 ? Math.min(rate, limit) : rate;
        double besideChanges =
                Math.max(CHUNK_BESIDE_CHANGES_SECONDS, Math.min(MOST_BESIDE_CHANGES_SECONDS, 2 * saveSeconds));
        double seconds = waiting ? WAITING_CHUNK_SECONDS : changesCome ? besideChanges : CHUNK_SECONDS;
        return (int) Math.max(Math.max(LEAST_CHUNK, least), Math.min(MOST_CHUNK, most * seconds));
    }

    /** With the time in which it waited. */
    synchronized double perSecond() {
        return shown == 0 ? rate : shown;
    }

    /** For how many more documents the limit allows at the moment. */
    synchronized int allowed() {
        if (limit <= 0) {
            return Integer.MAX_VALUE;
        }
        long now = clock.millis();
        permits = Math.min(Math.max(1, limit / 10), permits + (now - permitsAt) * limit / 1000);
        permitsAt = now;
        return (int) permits;
    }

    synchronized void given(int documents) {
        permits -= documents;
    }
}
