package dev.onchange.engine.deadletter;

import dev.onchange.Ordering;
import dev.onchange.engine.bson.ChangeKey;
import dev.onchange.engine.dispatch.Delivery;

/**
 * The documents whose later changes might have to be parked behind a dead letter of one handler. A filter before the
 * store, in bounded memory: it only says for which documents the store need not be asked. Safe for use by several threads.
 */
public final class ParkedKeys {

    private final Ordering ordering;
    private final boolean transactional;
    private final HashFilter hashes = new HashFilter();

    /**
     * @param ordering the handler's; with {@link Ordering#NONE} no change is ever parked
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

    /** Whether a change might have to be parked; false for most of those that need not. */
    public boolean mightPark(Delivery delivery) {
        return !hashes.isEmpty() && hashes.mightContain(delivery.change().raw().keyHash()) && delivery.key() != null;
    }

    /** Whether the handler has to know that a change, or an earlier one of its document, has a letter. */
    boolean needsLetters() {
        return keepsOrder() || transactional;
    }

    void add(ChangeKey key) {
        if (needsLetters()) {
            hashes.add(key.hash());
        }
    }

    void remove(ChangeKey key) {
        hashes.remove(key.hash());
    }
}
