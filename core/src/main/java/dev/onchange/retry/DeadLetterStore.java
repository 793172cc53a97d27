package dev.onchange.retry;

import java.util.Collection;
import org.bson.BsonDocument;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Where dead letters are kept. Implementations are safe for use by several threads; the publishers they return do nothing
 * until subscribed to, and fail rather than lose.
 */
public interface DeadLetterStore {

    /** Creates or verifies what the store needs; called once, before the others. */
    Mono<Void> prepare();

    /**
     * Stores a letter, durably when it completes. Without effect if there is one of the same handler and token, whatever
     * its other fields are.
     */
    Mono<Void> add(DeadLetter letter);

    /** The documents for which the given handlers have letters, each with its earliest. */
    Flux<BlockedKey> blockedKeys(Collection<String> handlerIds);

    /**
     * A document whose changes wait.
     *
     * @param handlerId for which handler
     * @param key the document, as in {@link DeadLetter#key}
     * @param firstToken the token of the earliest letter
     */
    record BlockedKey(String handlerId, BsonDocument key, String firstToken) {}
}
