package dev.onchange.engine.lookup;

/**
 * How much is looked up at a time. About twice as much is in memory: the changes that were looked up and wait to be
 * handled, and the batch that is being looked up.
 *
 * @param changes the most changes of a batch
 * @param bytes about how large the changes of a batch, and the documents that are read for it, may be; larger ones come
 *     alone, and a sudden run of large documents is met with at most one reply of the server
 * @param queries how many collections are read at a time
 */
public record LookUpLimits(int changes, int bytes, int queries) {

    /** With more in one query, none was faster. */
    public static final int DEFAULT_CHANGES = 1_000;

    /** With larger ones, no query was faster; small beside the limits of a stream. */
    public static final int DEFAULT_BYTES = 2 * 1024 * 1024;

    /** Each holds a connection of the pool while it runs. */
    public static final int DEFAULT_QUERIES = 4;

    /** The limits unless others are given. */
    public static final LookUpLimits DEFAULT = new LookUpLimits(DEFAULT_CHANGES, DEFAULT_BYTES, DEFAULT_QUERIES);

    public LookUpLimits {
        if (changes < 1 || bytes < 1 || queries < 1) {
            throw new IllegalArgumentException("limits of look-ups must be positive: changes " + changes + ", bytes "
                    + bytes + ", queries " + queries);
        }
    }
}
