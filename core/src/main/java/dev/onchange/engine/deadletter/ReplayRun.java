package dev.onchange.engine.deadletter;

import dev.onchange.deadletter.DeadLetter;
import dev.onchange.deadletter.Replayed;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One request to replay letters. Those of different documents are replayed at the same time, as most of the time goes by
 * waiting for the store; those of one document in order. What concerns no single document, or belongs to a handler that
 * wants the order of the stream, is replayed alone, and so is all if there is to be a pause between changes.
 */
public final class ReplayRun {

    /** What each of them needs at the server is a connection at a time, of which the driver has a hundred by default. */
    private static final int AT_A_TIME = 16;

    private final Replayer replayer;
    private final Duration pause;
    private final Set<LetterSequence> failed = ConcurrentHashMap.newKeySet();
    private final ReplayPermits permits = new ReplayPermits(AT_A_TIME);
    private final AtomicReference<@Nullable Throwable> refusal = new AtomicReference<>();

    public ReplayRun(Replayer replayer, Duration pause) {
        this.replayer = replayer;
        this.pause = pause;
    }

    /** @param letters those of a handler in the order of the changes */
    public Mono<Replayed> of(Flux<DeadLetter> letters) {
        return letters.takeWhile(letter -> refusal.get() == null)
                .concatMap(letter -> permits.take(places(letter)).thenReturn(letter), 1)
                .flatMap(this::replay, AT_A_TIME, 1)
                .reduce(new Replayed(0, 0), Replayed::and)
                .flatMap(result -> {
                    Throwable refused = refusal.get();
                    return refused == null ? Mono.just(result) : Mono.error(refused);
                });
    }

    /** One that cannot be replayed ends the run when those that have begun are done: else they would stop half-way. */
    private Mono<Replayed> replay(DeadLetter letter) {
        return replayer.replay(letter, pause, failed)
                .onErrorResume(refused -> {
                    refusal.compareAndSet(null, refused);
                    return Mono.empty();
                })
                .doFinally(end -> permits.giveBack(places(letter)));
    }

    private int places(DeadLetter letter) {
        return pause.isZero() && replayer.mayGoWithOthers(letter) ? 1 : AT_A_TIME;
    }
}
