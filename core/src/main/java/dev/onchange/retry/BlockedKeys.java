package dev.onchange.retry;

import dev.onchange.Ordering;
import dev.onchange.route.Delivery;
import dev.onchange.stream.ChangeKey;

/**
 * The documents whose later changes may have to wait behind a dead letter of one handler. Only says for which documents the
 * store need not be asked, in bounded memory. Safe for use by several threads.
 */
final class BlockedKeys {

    private final Ordering ordering;
    private final HashFilter hashes = new HashFilter();

    /** @param ordering what the handler wants; nothing ever waits if that is none */
    BlockedKeys(Ordering ordering) {
        this.ordering = ordering;
    }

    boolean keepsOrder() {
        return ordering != Ordering.NONE;
    }

    boolean keepsStreamOrder() {
        return ordering == Ordering.STREAM;
    }

    /** Whether a change may have to wait; false for most that have not. */
    boolean mayBlock(Delivery delivery) {
        return !hashes.isEmpty() && hashes.mayContain(delivery.change().raw().keyHash()) && delivery.key() != null;
    }

    void add(ChangeKey key) {
        if (keepsOrder()) {
            hashes.add(key.hash());
        }
    }

    void remove(ChangeKey key) {
        hashes.remove(key.hash());
    }
}
