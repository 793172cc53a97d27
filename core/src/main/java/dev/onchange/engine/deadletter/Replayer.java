package dev.onchange.engine.deadletter;

import dev.onchange.OnChangeException;
import dev.onchange.deadletter.DeadLetter;
import dev.onchange.deadletter.DeadLetterStore;
import dev.onchange.deadletter.Replayed;
import dev.onchange.engine.dispatch.Delivery.Purpose;
import dev.onchange.engine.dispatch.Outcome.Settled;
import dev.onchange.engine.retry.Chance;
import dev.onchange.engine.stream.RawChange;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Sends letters back to their handlers: those of one document in order, from the first on, until one fails again. */
public final class Replayer {

    private final DeadLetterStore store;
    private final DeadLetterQueue queue;
    private final Redelivery redelivery;
    private final Chance chance;
    private final Set<LetterSequence> underWay = ConcurrentHashMap.newKeySet();

    public Replayer(DeadLetterStore store, DeadLetterQueue queue, Redelivery redelivery, Chance chance) {
        this.store = store;
        this.queue = queue;
        this.redelivery = redelivery;
        this.chance = chance;
    }

    /** @param failed documents of which a letter has failed in this run; added to */
    Mono<Replayed> replay(DeadLetter letter, Duration pause, Set<LetterSequence> failed) {
        List<LetterSequence> sequence = queue.keepsOrder(letter.handlerId()) ? LetterSequence.of(letter) : List.of();
        if (sequence.isEmpty()) {
            return replayOne(letter, pause);
        }
        return replayAll(sequence.get(0), pause, failed);
    }

    /** Whether it does not matter if letters of other documents are replayed meanwhile. */
    boolean mayGoWithOthers(DeadLetter letter) {
        return letter.key() != null && !queue.keepsStreamOrder(letter.handlerId());
    }

    /** In the lanes of the handler if it runs here, so that nothing is parked behind the letter meanwhile. */
    public Mono<Void> discard(DeadLetter letter) {
        return redelivery
                .resend(letter.handlerId(), change(letter), Purpose.DISCARD)
                .onErrorResume(CancellationException.class, stopped -> Mono.empty())
                .hasElement()
                .flatMap(done -> done ? Mono.empty() : store.remove(letter).then(queue.release(letter)));
    }

    /** Replays a document's letters if the first of them only waits; without effect if the handler does not run here. */
    public Mono<Void> goOn(LetterSequence sequence) {
        return store.find(sequence.letters(), null, 1)
                .filter(DeadLetter::parked)
                .concatMap(first -> replayAll(sequence, Duration.ZERO, new HashSet<>()))
                .onErrorResume(OnChangeException.class, notRunning -> Mono.empty())
                .then();
    }

    private Mono<Replayed> replayAll(LetterSequence sequence, Duration pause, Set<LetterSequence> failed) {
        return Mono.defer(() -> {
            if (!underWay.add(sequence)) {
                return Mono.empty();
            }
            // Only now: one that failed says so before it ceases to be under way.
            if (failed.contains(sequence)) {
                underWay.remove(sequence);
                return Mono.empty();
            }
            Run run = new Run();
            return Flux.defer(() -> {
                        run.goesOn = false;
                        return store.find(sequence.letters(), null, 1);
                    })
                    .concatMap(first -> replayOne(first, pause))
                    .doOnNext(result -> {
                        run.goesOn = result.handled() > 0;
                        if (result.failed() > 0) {
                            failed.add(sequence);
                        }
                    })
                    .repeat(() -> run.goesOn)
                    .reduce(new Replayed(0, 0), Replayed::and)
                    .doFinally(signal -> underWay.remove(sequence));
        });
    }

    private Mono<Replayed> replayOne(DeadLetter letter, Duration pause) {
        return redelivery
                .resend(letter.handlerId(), change(letter), Purpose.REPLAY)
                .switchIfEmpty(Mono.error(() -> notRunning(letter)))
                .onErrorMap(CancellationException.class, stopped -> notRunning(letter))
                .map(how -> how == Settled.DEAD_LETTERED ? new Replayed(0, 1) : new Replayed(1, 0))
                .delayUntil(result -> pause.isZero() ? Mono.empty() : Mono.delay(pause, chance.timer()));
    }

    private static RawChange change(DeadLetter letter) {
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

    private static final class Run {
        boolean goesOn;
    }
}
