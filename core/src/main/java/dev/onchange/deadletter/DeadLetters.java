package dev.onchange.deadletter;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What a user asks {@link dev.onchange.ChangeListeners#deadLetters} for: the changes that handlers could not handle, and
 * what to do about them.
 *
 * <p>A replayed change goes through the same handler, with its attempts, in its lanes. Changes of one document are replayed in
 * order: asking for one means asking for all of its document from the first on, until one fails again; when none is left, the
 * document's changes pass as before. Handlers without order are the exception: each of their letters stands alone.
 *
 * <p>Safe for use by several threads. The publishers do nothing until subscribed to.
 */
public interface DeadLetters {

    /**
     * The letters that meet a filter, by handler and in the order of the changes; read page by page, as they are asked
     * for.
     */
    Flux<DeadLetter> list(DeadLetterFilter filter);

    /**
     * A page of the letters that meet a filter, by handler and in the order of the changes.
     *
     * @param after the last letter of the page before, which need not be there any more; null for the first page
     * @param limit at most so many
     */
    Flux<DeadLetter> page(DeadLetterFilter filter, @Nullable DeadLetter after, int limit);

    /** How many letters meet a filter. */
    Mono<Long> count(DeadLetterFilter filter);

    /**
     * Replays one letter, and with it those of the same document.
     *
     * @throws dev.onchange.OnChangeException in the result, if its handler runs nowhere
     */
    Mono<Replayed> replay(String letterId);

    /**
     * Replays the letters that meet a filter, and with each those of the same document. Some are replayed at a time, within
     * what their handlers allow: those of different documents, so that one document's changes stay in order. Letters that
     * concern no single document, and those of a handler with {@link dev.onchange.Ordering#STREAM}, are replayed one after
     * the other.
     *
     * @throws dev.onchange.OnChangeException in the result, if the handler of one of them runs nowhere
     */
    Mono<Replayed> replay(DeadLetterFilter filter);

    /**
     * Replays the letters that meet a filter, one after the other, and with each those of the same document.
     *
     * @param pause how long to wait between two changes; with none, some are replayed at a time
     * @throws dev.onchange.OnChangeException in the result, if the handler of one of them runs nowhere
     */
    Mono<Replayed> replay(DeadLetterFilter filter, Duration pause);

    /**
     * Replays like {@link #replay(DeadLetterFilter, Duration)}, and gives what came of each letter, with those of the same
     * document, as soon as that is known.
     *
     * @param stop once this emits something or completes, no further letter is begun; the result completes when those that
     *     have begun are done
     * @throws dev.onchange.OnChangeException in the result, if the handler of one of them runs nowhere
     */
    Flux<Replayed> replay(DeadLetterFilter filter, Duration pause, Publisher<?> stop);

    /**
     * Removes the letters that meet a filter without handling their changes. What then is parked behind none that
     * failed goes to its handler, if that runs here; else with the next change of its document, where the handler runs. Gives how
     * many were removed; letters that a replay has handled meanwhile are not among them.
     *
     * @throws dev.onchange.OnChangeException in the result, if an instance that has the handler of one of them does not answer
     */
    Mono<Long> discard(DeadLetterFilter filter);
}
