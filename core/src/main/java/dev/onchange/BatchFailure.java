package dev.onchange;

import org.jspecify.annotations.Nullable;

/**
 * What a handler of batches throws, or what it returns fails with, to say which change could not be handled. The changes
 * before it are settled as handled, this one follows the handler's retry policy by itself, and those after it are given to the
 * handler once more. Rules about exceptions look at the cause, if there is one.
 *
 * <p>Any other failure says of no change that it is handled, nor does an index that the list does not have: the engine looks for
 * those that fail by calling the handler with parts of the batch.
 */
public final class BatchFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int index;

    /**
     * @param index of the change in the list, from 0
     * @param cause why it failed; null if the index says it all
     * @throws IllegalArgumentException if the index is negative
     */
    public BatchFailure(int index, @Nullable Throwable cause) {
        super("change " + index + " of the batch could not be handled" + (cause == null ? "" : ": " + cause), cause);
        if (index < 0) {
            throw new IllegalArgumentException("index: " + index);
        }
        this.index = index;
    }

    /** The place of the change in the list, from 0. */
    public int index() {
        return index;
    }
}
