package dev.onchange.engine.deadletter;

import static java.util.Objects.requireNonNull;

import dev.onchange.deadletter.DeadLetter;
import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.deadletter.DeadLetterStore;
import dev.onchange.deadletter.DeadLetterStore.BlockedKey;
import dev.onchange.deadletter.DeadLetters;
import dev.onchange.deadletter.Replayed;
import dev.onchange.engine.scan.Partition;
import dev.onchange.engine.timing.Timing;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The dead letters of a store, which are replayed to their handlers, here or in other instances. */
public final class StoredDeadLetters implements DeadLetters {

    private final DeadLetterStore store;
    private final Replayer replayer;
    private final OtherInstances others;

    /**
     * @param redelivery delivers to the handlers that run here
     * @param others have those that do not
     */
    public StoredDeadLetters(
            DeadLetterStore store, DeadLetterQueue queue, Redelivery redelivery, OtherInstances others, Timing timing) {
        this.store = store;
        this.others = others;
        this.replayer = new Replayer(store, queue, redelivery, timing);
        // A sequence that cannot be replayed now is emitted again with the next change of its document.
        queue.orphaned()
                .flatMap(sequence -> replayer.replayParked(sequence).onErrorComplete())
                .subscribe();
    }

    @Override
    public Flux<DeadLetter> list(DeadLetterFilter filter) {
        requireNonNull(filter, "filter");
        return Flux.defer(() -> {
            Page page = new Page();
            return Flux.defer(() -> store.find(filter, page.last(), Page.SIZE).doOnNext(page::add))
                    .repeat(page::beginNext);
        });
    }

    @Override
    public Flux<DeadLetter> page(DeadLetterFilter filter, @Nullable DeadLetter after, int limit) {
        requireNonNull(filter, "filter");
        return store.find(filter, after, limit);
    }

    @Override
    public Mono<Long> count(DeadLetterFilter filter) {
        requireNonNull(filter, "filter");
        return store.count(filter);
    }

    @Override
    public Mono<Replayed> replay(String letterId) {
        return replay(DeadLetterFilter.withId(requireNonNull(letterId, "letterId")));
    }

    @Override
    public Mono<Replayed> replay(DeadLetterFilter filter) {
        return replay(filter, Duration.ZERO);
    }

    @Override
    public Mono<Replayed> replay(DeadLetterFilter filter, Duration pause) {
        requireNonNull(filter, "filter");
        requireNonNull(pause, "pause");
        return Mono.defer(() -> {
            Set<String> elsewhere = ConcurrentHashMap.newKeySet();
            return replayThose(filter, pause, letter -> isHere(letter, elsewhere))
                    .flatMap(here -> elsewhere.isEmpty()
                            ? Mono.just(here)
                            : others.replay(elsewhere, filter, pause).map(here::and));
        });
    }

    /** Replays those of the letters that belong to these partitions of one handler, which are here. */
    public Mono<Replayed> replayOf(Set<String> units, DeadLetterFilter filter, Duration pause) {
        return replayThose(filter.handler(handlerOf(units)), pause, letter -> isOf(letter, units));
    }

    private Mono<Replayed> replayThose(DeadLetterFilter filter, Duration pause, Predicate<DeadLetter> which) {
        return Mono.defer(
                () -> new ReplayRun(replayer, pause).replay(list(filter).filter(which)));
    }

    private boolean isHere(DeadLetter letter, Set<String> elsewhere) {
        String unit =
                others.elsewhere(letter.handlerId(), Replayer.change(letter).keyHash());
        if (unit != null) {
            elsewhere.add(unit);
        }
        return unit == null;
    }

    private static boolean isOf(DeadLetter letter, Set<String> units) {
        long keyHash = Replayer.change(letter).keyHash();
        return units.stream().anyMatch(unit -> Partition.of(unit).takes(keyHash));
    }

    private static String handlerOf(Set<String> units) {
        return Partition.handlerOf(units.iterator().next());
    }

    @Override
    public Flux<Replayed> replay(DeadLetterFilter filter, Duration pause, Publisher<?> stop) {
        requireNonNull(filter, "filter");
        requireNonNull(pause, "pause");
        requireNonNull(stop, "stop");
        return Flux.defer(() -> {
            Set<String> elsewhere = ConcurrentHashMap.newKeySet();
            Flux<DeadLetter> here = list(filter).filter(letter -> isHere(letter, elsewhere));
            return new ReplayRun(replayer, pause, stop)
                    .results(here)
                    .concatWith(Mono.defer(() -> elsewhere.isEmpty()
                            ? Mono.empty()
                            : others.replay(elsewhere, filter, pause).takeUntilOther(stop)));
        });
    }

    @Override
    public Mono<Long> discard(DeadLetterFilter filter) {
        requireNonNull(filter, "filter");
        return Mono.defer(() -> {
            Set<String> elsewhere = ConcurrentHashMap.newKeySet();
            return discard(filter, letter -> isHere(letter, elsewhere))
                    .flatMap(here -> elsewhere.isEmpty()
                            ? Mono.just(here)
                            : others.discard(elsewhere, filter).map(there -> here + there));
        });
    }

    /** Discards those of the letters that belong to these partitions of one handler, which are here; gives how many. */
    public Mono<Long> discardOf(Set<String> units, DeadLetterFilter filter) {
        return discard(filter.handler(handlerOf(units)), letter -> isOf(letter, units));
    }

    private Mono<Long> discard(DeadLetterFilter filter, Predicate<DeadLetter> which) {
        return Mono.defer(() -> {
            Set<LetterSequence> touched = new LinkedHashSet<>();
            return list(filter)
                    .filter(which)
                    .concatMap(
                            letter -> replayer.discard(letter)
                                    .doOnSuccess(removed -> touched.addAll(LetterSequence.of(letter))),
                            1)
                    .filter(removed -> removed)
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

        /** Begins the next page; false if there is none. */
        boolean beginNext() {
            boolean full = count == SIZE;
            count = 0;
            return full;
        }
    }
}
