package dev.onchange;

/** Where a handler begins that has no position yet. */
public enum StartFrom {
    /** With the first change after the listeners have started. */
    NOW,
    /** With the oldest change that the oplog still holds. */
    EARLIEST
}
