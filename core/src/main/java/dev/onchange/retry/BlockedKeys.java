package dev.onchange.retry;

import dev.onchange.Ordering;
import dev.onchange.route.Delivery;
import dev.onchange.stream.ChangeKey;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The documents whose later changes wait behind a dead letter of one handler. Safe for use by several threads. */
final class BlockedKeys {

    private final Ordering ordering;
    private final Map<ChangeKey, String> firstTokens = new ConcurrentHashMap<>();

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

    /**
     * Whether a change has to wait. One before the earliest dead letter has not: it was settled before that, and comes again
     * after a restart or a rewind.
     */
    boolean block(Delivery delivery) {
        if (firstTokens.isEmpty()) {
            return false;
        }
        ChangeKey key = delivery.key();
        String first = key == null ? null : firstTokens.get(key);
        return first != null && first.compareTo(delivery.token()) <= 0;
    }

    void add(ChangeKey key, String token) {
        if (keepsOrder()) {
            firstTokens.merge(key, token, (one, other) -> one.compareTo(other) <= 0 ? one : other);
        }
    }

    void remove(ChangeKey key) {
        firstTokens.remove(key);
    }
}
