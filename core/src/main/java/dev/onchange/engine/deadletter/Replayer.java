package dev.onchange.engine.deadletter;

import dev.onchange.OnChangeException;
import dev.onchange.deadletter.DeadLetter;
import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.deadletter.DeadLetterStore;
import dev.onchange.deadletter.Replayed;
import dev.onchange.engine.dispatch.Delivery.Purpose;
import dev.onchange.engine.dispatch.Outcome.Settled;
import dev.onchange.engine.match.MatchFailedException;
import dev.onchange.engine.stream.RawChange;
import dev.onchange.engine.timing.Timing;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Sends dead letters back to their handlers, for all runs of one process: a document is replayed by one run at a time. */
public final class Replayer {

    private final DeadLetterStore store;
    private final DeadLetterQueue queue;
    private final Redelivery redelivery;
    private final Timing timing;
    private final Set<LetterSequence> active = ConcurrentHashMap.newKeySet();
    private final Set<String> alone = ConcurrentHashMap.newKeySet();

    public Replayer(DeadLetterStore store, DeadLetterQueue queue, Redelivery redelivery, Timing timing) {
        this.store = store;
        this.queue = queue;
        this.redelivery = redelivery;
        this.timing = timing;
    }

    /** The letters that are to be replayed in order with this one; none if it stands alone. */
    List<LetterSequence> sequenceOf(DeadLetter letter) {
        return queue.keepsOrder(letter.handlerId()) ? LetterSequence.of(letter) : List.of();
    }

    /** Whether letters of other documents may be replayed at the same time. */
    boolean mayRunConcurrently(DeadLetter letter) {
        return letter.key() != null && !queue.keepsStreamOrder(letter.handlerId());
    }

    /** Reserves a document for the caller until {@link #end}; false if another run replays it at the moment. */
    boolean begin(LetterSequence sequence) {
        return active.add(sequence);
    }

    void end(LetterSequence sequence) {
        active.remove(sequence);
    }

    /** The first letter of a document; empty if it has none. */
    Flux<DeadLetter> first(LetterSequence sequence) {
        return store.find(sequence.letters(), null, 1);
    }

    /**
     * Removes a letter, in the lanes of the handler if it runs here: so no change is parked behind the letter meanwhile. Gives
     * whether it was there: a replay may have removed it.
     */
    Mono<Boolean> discard(DeadLetter letter) {
        return redelivery
                .resend(letter.handlerId(), change(letter), Purpose.DISCARD)
                .onErrorResume(CancellationException.class, stopped -> Mono.empty())
                .map(how -> how != Settled.REPEATED)
                .switchIfEmpty(
                        Mono.defer(() -> store.removeIfPresent(letter).delayUntil(removed -> queue.release(letter))));
    }

    /**
     * Replays a document's letters if the first of them is a parked one; without effect if the handler does not run here.
     */
    public Mono<Void> replayParked(LetterSequence sequence) {
        return first(sequence)
                .filter(DeadLetter::parked)
                .concatMap(first -> new ReplayRun(this, Duration.ZERO).replay(sequence))
                .onErrorResume(OnChangeException.class, notRunning -> Mono.empty())
                .then();
    }

    /** Replays a letter that stands alone; empty if another run replays it at the moment, or has done so. */
    Mono<Replayed> replayAlone(DeadLetter letter, Duration pause, Mono<?> stop) {
        return Mono.defer(() -> !alone.add(letter.id())
                ? Mono.empty()
                : store.find(DeadLetterFilter.withId(letter.id()), null, 1)
                        .next()
                        .flatMap(there -> replay(there, pause, stop))
                        .doFinally(end -> alone.remove(letter.id())));
    }

    /** Sends one letter to its handler, and waits for the pause after it, unless the run is stopped. */
    Mono<Replayed> replay(DeadLetter letter, Duration pause, Mono<?> stop) {
        return redelivery
                .resend(letter.handlerId(), change(letter), hasFailedFilter(letter) ? Purpose.TEST : Purpose.REPLAY)
                .switchIfEmpty(Mono.error(() -> notRunning(letter)))
                .onErrorMap(CancellationException.class, stopped -> notRunning(letter))
                .map(how -> how == Settled.DEAD_LETTERED ? new Replayed(0, 1) : new Replayed(1, 0))
                .delayUntil(result -> pause.isZero()
                        ? Mono.empty()
                        : Mono.delay(pause, timing.timer()).takeUntilOther(stop));
    }

    private static boolean hasFailedFilter(DeadLetter letter) {
        DeadLetter.Failure failure = letter.failure();
        return failure != null && failure.type().equals(MatchFailedException.class.getName());
    }

    static RawChange change(DeadLetter letter) {
        BsonDocument event = letter.event();
        RawBsonDocument raw =
                event instanceof RawBsonDocument is ? is : new RawBsonDocument(event, new BsonDocumentCodec());
        return new RawChange(raw, "");
    }

    private static OnChangeException notRunning(DeadLetter letter) {
        return new OnChangeException(List.of(new Problem(
                ProblemCode.DEAD_LETTER_NOT_REPLAYED,
                letter.handlerId(),
                "the dead letter " + letter.id() + " cannot be replayed, because its handler does not run here.",
                "Resume the handler or replay where it runs; if it exists no more, discard its letters.")));
    }
}
