package dev.onchange.engine.dispatch;

import dev.onchange.engine.snapshot.ChunkRequest.Filter;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether the server is to leave out the documents that no handler wants: if it is most of them, for it needs one
 * command more then. Used by one read at a time.
 */
final class FilteredReads {

    /** The most that are wanted of a part of which the server leaves out the others. */
    private static final double MOST_WANTED = 0.5;

    /** A read takes about as long. */
    private static final long MILLIS = 250;

    private static final int LEAST = 1_000;
    private static final int MOST = 100_000;

    private boolean givenUp;
    private double wanted = 1;
    private int among = LEAST;

    /**
     * What to ask for; null for all documents.
     *
     * @param filter of the documents that are wanted; null if all are
     * @param limit so many are wanted at a time at most
     */
    synchronized @Nullable Filter filter(@Nullable BsonDocument filter, int limit) {
        if (givenUp || filter == null || wanted > MOST_WANTED) {
            return null;
        }
        double few = limit / Math.max(wanted, 1.0 / MOST);
        return new Filter(filter, (int) Math.max(2, Math.min(few, among)));
    }

    /** From now on the server sends all: where it keeps no history, it cannot choose among many. */
    synchronized void giveUp() {
        givenUp = true;
    }

    /**
     * A read has ended.
     *
     * @param read how many documents there were
     * @param some how many of them somebody wants
     */
    synchronized void read(int read, int some) {
        if (read > 0) {
            wanted = (double) some / read;
        }
    }

    /** So long a read with a filter took. */
    synchronized void took(long millis) {
        if (millis < MILLIS / 2) {
            among = Math.min(MOST, 2 * among);
        } else if (millis > MILLIS) {
            among = Math.max(LEAST, among / 2);
        }
    }
}
