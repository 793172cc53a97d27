package dev.onchange;

/** The order in which changes reach a handler. */
public enum Ordering {
    /**
     * Changes of one document arrive in order; different documents may run in parallel. A change without a key, such
     * as {@code drop}, waits for all before it and holds back all after it.
     */
    BY_KEY,
    /** All changes arrive one after the other, in the order of the stream. */
    STREAM,
    /** No order. */
    NONE
}
