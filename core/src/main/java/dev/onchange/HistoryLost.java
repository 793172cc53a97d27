package dev.onchange;

/** What a handler does that is to go on at a position that the oplog does not hold, or no longer. */
public enum HistoryLost {
    /** Does not go on, with an error that says which range of time is missing: the default. */
    STOP,
    /** Goes on with the changes from now on; the range that is missing is reported. */
    RESTART_NOW,
    /** Goes on with the oldest change that the oplog still holds; the range that is missing is reported. */
    RESTART_EARLIEST,
    /**
     * Is given the documents that exist, as with {@link StartFrom#SNAPSHOT}, and then their changes; the range that is missing
     * is reported. What was deleted in that range is what does not come again until
     * {@link dev.onchange.status.ListenerEvent.SnapshotCompleted}. A handler that cannot be given documents, as its
     * {@code operation} does not name {@code snapshot}, does not go on.
     */
    SNAPSHOT
}
