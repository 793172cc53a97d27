package dev.onchange.engine.deadletter;

import dev.onchange.Ordering;
import dev.onchange.engine.bson.ChangeKey;
import dev.onchange.engine.dispatch.Delivery;

/**
 * The documents whose later changes may have to wait behind a dead letter of one handler. Only says for which documents the
 * store need not be asked, in bounded memory. Safe for use by several threads.
 */
public final class ParkedKeys {

    private final Ordering ordering;
    private final boolean transactional;
    private final HashFilter hashes = new HashFilter();

    /**
     * @param ordering what the handler wants; nothing ever waits if that is none
     * @param transactional whether a change that comes again must not be handled beside its own letter
     */
    ParkedKeys(Ordering ordering, boolean transactional) {
        this.ordering = ordering;
        this.transactional = transactional;
    }

    boolean keepsOrder() {
        return ordering != Ordering.NONE;
    }

    boolean keepsStreamOrder() {
        return ordering == Ordering.STREAM;
    }

    /** Whether a change may have to wait; false for most that have not. */
    public boolean mayBlock(Delivery delivery) {
        return !hashes.isEmpty() && hashes.mayContain(delivery.change().raw().keyHash()) && delivery.key() != null;
    }

    /** Whether it matters that a change, or an earlier one of its document, has a letter. */
    boolean asksForLetters() {
        return keepsOrder() || transactional;
    }

    void add(ChangeKey key) {
        if (asksForLetters()) {
            hashes.add(key.hash());
        }
    }

    void remove(ChangeKey key) {
        hashes.remove(key.hash());
    }
}
