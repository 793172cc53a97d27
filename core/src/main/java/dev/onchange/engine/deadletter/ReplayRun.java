package dev.onchange.engine.deadletter;

import dev.onchange.deadletter.DeadLetter;
import dev.onchange.deadletter.Replayed;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One request to replay letters. Those of different documents are replayed at the same time, as most of the time goes by
 * waiting for the store; those of one document in order, from the first on, until one fails again. What concerns no single
 * document, or belongs to a handler that wants the order of the stream, is replayed alone, and so is each letter if there is
 * to be a pause between changes.
 */
public final class ReplayRun {

    /** Each replay at a time needs a connection to the server, of which the driver has a hundred by default. */
    private static final int AT_A_TIME = 16;

    private final Replayer replayer;
    private final Duration pause;
    private final Mono<Boolean> stop;
    private final Set<LetterSequence> failed = ConcurrentHashMap.newKeySet();
    private final ReplayPermits permits = new ReplayPermits(AT_A_TIME);
    private final AtomicReference<@Nullable Throwable> refusal = new AtomicReference<>();

    public ReplayRun(Replayer replayer, Duration pause) {
        this(replayer, pause, Mono.never());
    }

    /** @param stop once it emits something or completes, no further letter is begun, and no pause waited for */
    ReplayRun(Replayer replayer, Duration pause, Publisher<?> stop) {
        this.replayer = replayer;
        this.pause = pause;
        this.stop = Mono.from(stop).hasElement().cache();
    }

    /** @param letters those of a handler in the order of the changes */
    public Mono<Replayed> replay(Flux<DeadLetter> letters) {
        return results(letters).reduce(new Replayed(0, 0), Replayed::and);
    }

    /** The same, with what came of each. */
    Flux<Replayed> results(Flux<DeadLetter> letters) {
        return letters.takeUntilOther(stop)
                .takeWhile(letter -> refusal.get() == null)
                .concatMap(letter -> permits.acquire(permitsFor(letter)).thenReturn(letter), 1)
                .flatMap(this::replayWithinPermits, AT_A_TIME, 1)
                .concatWith(Mono.defer(() -> {
                    Throwable refused = refusal.get();
                    return refused == null ? Mono.empty() : Mono.error(refused);
                }));
    }

    /**
     * A letter that cannot be replayed ends the run when the replays that have begun are done: else these would stop
     * half-way.
     */
    private Mono<Replayed> replayWithinPermits(DeadLetter letter) {
        return replay(letter)
                .onErrorResume(refused -> {
                    refusal.compareAndSet(null, refused);
                    return Mono.empty();
                })
                .doFinally(end -> permits.release(permitsFor(letter)));
    }

    private int permitsFor(DeadLetter letter) {
        return pause.isZero() && replayer.mayRunConcurrently(letter) ? 1 : AT_A_TIME;
    }

    private Mono<Replayed> replay(DeadLetter letter) {
        List<LetterSequence> sequence = replayer.sequenceOf(letter);
        return sequence.isEmpty() ? replayer.replayAlone(letter, pause, stop) : replay(sequence.get(0));
    }

    /** Empty if another run replays the document at the moment, or a letter of the document has failed in this run. */
    Mono<Replayed> replay(LetterSequence sequence) {
        return Mono.defer(() -> {
            if (!replayer.begin(sequence)) {
                return Mono.empty();
            }
            // Only now: a sequence that fails is noted before it ends.
            if (failed.contains(sequence)) {
                replayer.end(sequence);
                return Mono.empty();
            }
            return replayFromFirst(sequence).doFinally(signal -> replayer.end(sequence));
        });
    }

    private Mono<Replayed> replayFromFirst(LetterSequence sequence) {
        Repetition repetition = new Repetition();
        return Flux.defer(() -> {
                    repetition.goesOn = false;
                    return replayer.first(sequence);
                })
                .concatMap(first -> replayer.replay(first, pause, stop))
                .doOnNext(result -> {
                    repetition.goesOn = result.handled() > 0;
                    if (result.failed() > 0) {
                        failed.add(sequence);
                    }
                })
                .repeat(() -> repetition.goesOn)
                .reduce(new Replayed(0, 0), Replayed::and);
    }

    private static final class Repetition {
        boolean goesOn;
    }
}
