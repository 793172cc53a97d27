package dev.onchange.deadletter;

import dev.onchange.deadletter.DeadLetterStore.BlockedKey;
import dev.onchange.engine.deadletter.DeadLetterQueue;
import dev.onchange.engine.deadletter.LetterSequence;
import dev.onchange.engine.deadletter.Redelivery;
import dev.onchange.engine.deadletter.ReplayRun;
import dev.onchange.engine.deadletter.Replayer;
import dev.onchange.engine.timing.Timing;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The changes that handlers could not handle, and what to do about them.
 *
 * <p>A replayed change goes through the same handler, with its attempts, in its lanes. Changes of one document are replayed in
 * order: asking for one means asking for all of its document from the first on, until one fails again; when none is left, the
 * document's changes pass as before. Handlers without order are the exception: each of their letters stands alone.
 *
 * <p>Safe for use by several threads. The publishers do nothing until subscribed to.
 */
public final class DeadLetters {

    private final DeadLetterStore store;
    private final Replayer replayer;

    /** @param redelivery the way to the handlers that run here */
    public DeadLetters(DeadLetterStore store, DeadLetterQueue queue, Redelivery redelivery, Timing timing) {
        this.store = store;
        this.replayer = new Replayer(store, queue, redelivery, timing);
        // What cannot go on now is asked for again with the next change of its document.
        queue.orphaned()
                .flatMap(sequence -> replayer.replayParked(sequence).onErrorComplete())
                .subscribe();
    }

    /**
     * The letters that meet a filter, by handler and in the order of the changes; read page by page, as they are asked
     * for.
     */
    public Flux<DeadLetter> list(DeadLetterFilter filter) {
        return Flux.defer(() -> {
            Page page = new Page();
            return Flux.defer(() -> store.find(filter, page.last(), Page.SIZE).doOnNext(page::add))
                    .repeat(page::turn);
        });
    }

    /** How many letters meet a filter. */
    public Mono<Long> count(DeadLetterFilter filter) {
        return store.count(filter);
    }

    /**
     * Replays one letter, and with it those of the same document.
     *
     * @throws dev.onchange.OnChangeException in the result, if its handler does not run here
     */
    public Mono<Replayed> replay(String letterId) {
        return replay(DeadLetterFilter.withId(letterId));
    }

    /**
     * Replays the letters that meet a filter, and with each those of the same document. Some are replayed at a time, within
     * what their handlers allow: those of different documents, so that one document's changes stay in order. Letters that
     * concern no single document, and those of a handler with {@link dev.onchange.Ordering#STREAM}, are replayed one after
     * the other.
     *
     * @throws dev.onchange.OnChangeException in the result, if the handler of one of them does not run here
     */
    public Mono<Replayed> replay(DeadLetterFilter filter) {
        return replay(filter, Duration.ZERO);
    }

    /**
     * Replays the letters that meet a filter, one after the other, and with each those of the same document.
     *
     * @param pause how long to wait between two changes; with none, some are replayed at a time
     * @throws dev.onchange.OnChangeException in the result, if the handler of one of them does not run here
     */
    public Mono<Replayed> replay(DeadLetterFilter filter, Duration pause) {
        return Mono.defer(() -> new ReplayRun(replayer, pause).replay(list(filter)));
    }

    /**
     * Removes the letters that meet a filter without handling their changes. What then is parked behind none that
     * failed goes to its handler, if that runs here; else with the next change of its document, where the handler runs. Gives how
     * many were removed.
     */
    public Mono<Long> discard(DeadLetterFilter filter) {
        return Mono.defer(() -> {
            Set<LetterSequence> touched = new LinkedHashSet<>();
            return list(filter)
                    .concatMap(
                            letter -> replayer.discard(letter)
                                    .doOnSuccess(done -> touched.addAll(LetterSequence.of(letter)))
                                    .thenReturn(letter),
                            1)
                    .count()
                    .delayUntil(count -> Flux.fromIterable(touched).concatMap(replayer::replayParked));
        });
    }

    /**
     * Lets go on what is parked behind nothing, as after a crash in the midst of a replay. To be called when the handlers
     * have begun to take changes.
     */
    public Mono<Void> goOn(Collection<String> handlerIds) {
        return store.blockedKeys(handlerIds)
                .filter(BlockedKey::firstIsParked)
                .concatMap(key -> replayer.replayParked(LetterSequence.of(key)))
                .then();
    }

    /** Where a listing stands. */
    private static final class Page {

        /** Bounds what a store holds ready for one listing. */
        private static final int SIZE = 100;

        private @Nullable DeadLetter last;
        private int count;

        @Nullable
        DeadLetter last() {
            return last;
        }

        void add(DeadLetter letter) {
            last = letter;
            count++;
        }

        /** Whether there may be another page. */
        boolean turn() {
            boolean full = count == SIZE;
            count = 0;
            return full;
        }
    }
}
