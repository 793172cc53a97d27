package dev.onchange;

/** How readily handlers share a change stream. */
public enum Grouping {
    /**
     * Collections of one database share a stream on the database, and a handler that watches the whole deployment
     * carries the others. The server reads its oplog once for each open stream, whatever that stream watches.
     */
    SHARED,
    /** Only handlers that watch the same collection, database or deployment share a stream. */
    PER_SCOPE
}
