package dev.onchange;

/** Where a handler begins that has no position yet. */
public enum StartFrom {
    /** With the first change after the listeners have started. */
    NOW,
    /** With the oldest change that the oplog still holds. */
    EARLIEST,
    /**
     * With the documents that exist, each in an event whose operation is {@code snapshot}, and after each of them exactly
     * the changes that came after it was read. Needs server 5.0 or later, a collection or a database as scope, and a filter
     * that OnChange can answer itself.
     */
    SNAPSHOT
}
