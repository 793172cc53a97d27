package dev.onchange.deadletter;

import java.util.Collection;
import java.util.Map;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Stores dead letters; implemented by users who keep them outside MongoDB. {@code dev.onchange.testing.DeadLetterStoreContract} tests what is asked of a store. Implementations are safe for use by several threads; the publishers they return do
 * nothing until subscribed to, complete when what they did is durable, and fail rather than lose.
 */
public interface DeadLetterStore {

    /** Creates or verifies what the store needs; called once, before the others. */
    Mono<Void> prepare();

    /** Stores a letter. Without effect if there is one of its {@linkplain DeadLetter#id id}, whatever the rest of that is. */
    Mono<Void> add(DeadLetter letter);

    /** Replaces the letter of the same id; without effect if there is none. */
    Mono<Void> update(DeadLetter letter);

    /** Removes a letter; without effect if there is none. */
    Mono<Void> remove(DeadLetter letter);

    /**
     * Removes a letter, and gives whether it was there. By default it is looked for before, so of two calls at one time both may
     * give true; a store whose removal tells it need not look.
     */
    default Mono<Boolean> removeIfPresent(DeadLetter letter) {
        return find(DeadLetterFilter.withId(letter.id()), null, 1)
                .hasElements()
                .flatMap(present -> remove(letter).thenReturn(present));
    }

    /**
     * The letters that meet a filter, by handler and then by token.
     *
     * @param after only those after this one, which need not be there any more; null for all
     * @param limit at most so many
     */
    Flux<DeadLetter> find(DeadLetterFilter filter, @Nullable DeadLetter after, int limit);

    /** How many letters meet a filter. */
    Mono<Long> count(DeadLetterFilter filter);

    /**
     * How many letters the given handlers have, by their ids; those without letters may be left out. Asked from time to time,
     * for status and meters. By default each handler is asked for by {@link #count}.
     */
    default Mono<Map<String, LetterCount>> countByHandler(Collection<String> handlerIds) {
        return Flux.fromIterable(handlerIds)
                .concatMap(id -> count(DeadLetterFilter.ofHandler(id).failed())
                        .zipWith(
                                count(DeadLetterFilter.ofHandler(id).waiting()),
                                (failed, parked) -> Map.entry(id, new LetterCount(failed, parked))))
                .collectMap(Map.Entry<String, LetterCount>::getKey, Map.Entry::getValue);
    }

    /** The document, if the handler has letters for it; empty if it has none. Asked often, for what it answers is small. */
    Mono<BlockedKey> blockedKey(String handlerId, BsonDocument key);

    /**
     * The documents for which the given handlers have letters, each once for a handler; there may be millions. Letters without a
     * {@linkplain DeadLetter#key key} do not count.
     */
    Flux<BlockedKey> blockedKeys(Collection<String> handlerIds);

    /**
     * A document whose changes wait.
     *
     * @param handlerId for which handler
     * @param key the document, as in {@link DeadLetter#key}
     * @param firstToken the token of the earliest letter
     * @param firstIsParked whether that letter is itself only parked: what it waited for has been replayed or discarded
     */
    record BlockedKey(String handlerId, BsonDocument key, String firstToken, boolean firstIsParked) {}
}
