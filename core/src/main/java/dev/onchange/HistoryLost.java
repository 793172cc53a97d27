package dev.onchange;

/** What a stream does when the oplog no longer holds the position at which it is to go on. */
public enum HistoryLost {
    /** Ends with an error that says which range of time is missing: the default. */
    STOP,
    /** Goes on with the changes from now on; the range that is missing is reported. */
    RESTART_NOW,
    /** Goes on with the oldest change that the oplog still holds; the range that is missing is reported. */
    RESTART_EARLIEST
}
