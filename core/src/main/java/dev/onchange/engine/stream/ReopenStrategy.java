package dev.onchange.engine.stream;

import com.mongodb.MongoException;
import com.mongodb.MongoOperationTimeoutException;
import com.mongodb.MongoSocketReadTimeoutException;
import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.stream.StreamFailure.CursorClosed;
import dev.onchange.engine.stream.StreamFailure.Fatal;
import dev.onchange.engine.stream.StreamFailure.HistoryGone;
import dev.onchange.engine.stream.StreamFailure.NoAnswer;
import dev.onchange.engine.stream.StreamFailure.Passing;
import dev.onchange.engine.stream.StreamFailure.TokenNotFound;
import dev.onchange.engine.stream.StreamFailure.TooLarge;
import dev.onchange.status.ListenerEvent;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import reactor.core.publisher.Mono;

/** Decides what follows when a cursor has ended, or could not be opened. */
final class ReopenStrategy {

    /** What the server said of tokens that were garbage, cut off, or of an invalidation. */
    private static final Set<Integer> BAD_TOKEN = Set.of(9, 15, 260, 40647, 50811);

    private final StreamPlan plan;
    private final ChangeStreams streams;
    private final Progress progress;
    private final Lifecycle lifecycle;
    private final StreamErrors errors;
    private final SideCursor sideCursor;
    private final LostPositions lost;
    private int failures;

    ReopenStrategy(
            StreamPlan plan, ChangeStreams streams, Progress progress, Lifecycle lifecycle, StreamHandlers handlers) {
        this.plan = plan;
        this.streams = streams;
        this.progress = progress;
        this.lifecycle = lifecycle;
        this.errors = new StreamErrors(plan);
        this.sideCursor = new SideCursor(plan, streams.cursors());
        this.lost = new LostPositions(plan, streams, progress, lifecycle, handlers);
    }

    /** The course to go on with, when it is time to; an error if there is none. */
    @SuppressWarnings("ReferenceEquality") // whether the progress gave another one
    Mono<CursorPlan> after(Throwable error, CursorReader reader) {
        CursorPlan cursorPlan = reader.cursorPlan();
        CursorStart before = cursorPlan.cursorStart();
        CursorStart next = progress.after(reader);
        progress.end(reader);
        if (next != before || lifecycle.openFor().compareTo(longestWait()) > 0) {
            failures = 0;
        }
        CursorPlan onward = cursorPlan.at(next);
        return after(StreamFailure.of(error), onward, next != before)
                // What fails while looking for a way on, fails like the stream itself.
                .onErrorResume(
                        e -> !(e instanceof OnChangeException), e -> tryAgain(e).thenReturn(onward))
                // Without an answer the stream would be silent, and nobody would be told.
                .switchIfEmpty(Mono.error(() -> errors.refused(error, lifecycle.everOpen())));
    }

    /** Completes when it is time to try the same again; an error if that is no use. */
    Mono<Long> tryAgain(Throwable error) {
        if (!(StreamFailure.of(error) instanceof Passing)) {
            return Mono.error(errors.refused(error, lifecycle.everOpen()));
        }
        return isSilence(error) ? waiting(error).delayUntil(waited -> answer()) : waiting(error);
    }

    private static boolean isSilence(Throwable error) {
        return error instanceof NoAnswer
                || error instanceof MongoOperationTimeoutException
                || error instanceof MongoSocketReadTimeoutException;
    }

    /** Other connections of the pool are likely to be as dead: each attempt rids it of one. */
    private Mono<Void> answer() {
        return Mono.defer(streams.cursors()::ping)
                .onErrorResume(
                        error -> StreamFailure.of(error) instanceof Passing,
                        error -> waiting(error).then(answer()));
    }

    private Mono<CursorPlan> after(StreamFailure failure, CursorPlan cursorPlan, boolean progressed) {
        Throwable cause = failure.cause();
        if (failure instanceof CursorClosed) {
            return progressed ? invalidated(cause, cursorPlan) : unseen(cause, cursorPlan);
        }
        if (failure instanceof TokenNotFound) {
            return tokenNotFound(cause, cursorPlan, progressed);
        }
        if (failure instanceof HistoryGone) {
            return historyLost(cause, cursorPlan);
        }
        if (failure instanceof TooLarge) {
            return tooLarge(cause, cursorPlan);
        }
        if (failure instanceof Fatal && !progressed && cursorPlan.cursorStart().byToken()) {
            return ofToken(cause, cursorPlan.cursorStart())
                    .flatMap(yes ->
                            yes ? badToken(cause, cursorPlan) : tryAgain(cause).thenReturn(cursorPlan));
        }
        return tryAgain(cause).thenReturn(cursorPlan);
    }

    private Mono<Long> waiting(Throwable cause) {
        failures++;
        Duration delay = delay();
        lifecycle.reopen(cause, new ListenerEvent.StreamReopening(plan.name(), cause, failures, delay));
        return Mono.delay(delay, streams.timing().timer());
    }

    private Duration delay() {
        return streams.timing().delayAfter(failures, streams.settings().backoff());
    }

    private Mono<CursorPlan> invalidated(Throwable cause, CursorPlan cursorPlan) {
        lifecycle.reopen(cause, new ListenerEvent.StreamInvalidated(plan.name()));
        return Mono.just(cursorPlan);
    }

    /** A filter has left the invalidation out, and the client does not tell its token either. */
    private Mono<CursorPlan> unseen(Throwable cause, CursorPlan cursorPlan) {
        return sideCursor
                .invalidation(cursorPlan.cursorStart())
                .flatMap(token -> invalidated(cause, cursorPlan.at(CursorStart.startAfter(token))))
                .switchIfEmpty(Mono.defer(() -> waiting(cause).thenReturn(cursorPlan)));
    }

    private Mono<CursorPlan> tokenNotFound(Throwable cause, CursorPlan cursorPlan, boolean progressed) {
        Position position = progress.position();
        if (!progressed && (position == null || !cursorPlan.cursorStart().byToken())) {
            return tryAgain(cause).thenReturn(cursorPlan);
        }
        if (progressed || position == null) {
            lifecycle.reopen(cause, new ListenerEvent.TokenNotFound(plan.name(), cause));
            return Mono.just(cursorPlan);
        }
        return streams.oplog().lacks(position.clusterTime()).flatMap(foreign -> {
            if (foreign) {
                return foreign(cause, cursorPlan, position);
            }
            lifecycle.reopen(cause, new ListenerEvent.TokenNotFound(plan.name(), cause));
            return Mono.just(cursorPlan.at(CursorStart.byTime(position)));
        });
    }

    /** Whether it is the token that the server refuses, and not the filter or a stage. */
    private Mono<Boolean> ofToken(Throwable cause, CursorStart cursorStart) {
        int code = cause instanceof MongoException refused ? refused.getCode() : 0;
        return BAD_TOKEN.contains(code)
                ? streams.cursors()
                        .ask(plan, List.of(), cursorStart, 0)
                        .thenReturn(false)
                        .onErrorResume(MongoException.class, error -> Mono.just(BAD_TOKEN.contains(error.getCode())))
                : Mono.just(false);
    }

    private Mono<CursorPlan> badToken(Throwable cause, CursorPlan cursorPlan) {
        Position position = progress.position();
        return position == null || position.fingerprint().isEmpty()
                // The user gave it: there is no other place where the handler was.
                ? Mono.error(errors.tokenRefused(cause))
                : foreign(cause, cursorPlan, position);
    }

    private Mono<CursorPlan> foreign(Throwable cause, CursorPlan cursorPlan, Position position) {
        return lost.foreign(cause, position).flatMap(cursorStart -> again(cursorPlan.at(cursorStart)));
    }

    private Mono<CursorPlan> historyLost(Throwable cause, CursorPlan cursorPlan) {
        Position position = progress.position();
        if (position == null) {
            // It was to begin at the oldest entry, which was removed before it was reached.
            return streams.oldest(plan)
                    .flatMap(oldest -> waiting(cause).thenReturn(cursorPlan.at(CursorStart.atTime(oldest))));
        }
        return lost.historyLost(cause, position).flatMap(cursorStart -> again(cursorPlan.at(cursorStart)));
    }

    /** At once, or after a wait if the oldest entry is gone again before it was reached. */
    private Mono<CursorPlan> again(CursorPlan cursorPlan) {
        failures++;
        return failures == 1
                ? Mono.just(cursorPlan)
                : Mono.delay(delay(), streams.timing().timer()).thenReturn(cursorPlan);
    }

    private Mono<CursorPlan> tooLarge(Throwable cause, CursorPlan cursorPlan) {
        if (cursorPlan.oneByOne()) {
            return sideCursor
                    .tooLarge(cursorPlan.cursorStart())
                    .map(document -> new RawChange(document, plan.fingerprint(), new NameCache(), true))
                    .doOnNext(change -> lifecycle.reopen(cause, oversized(change)))
                    .map(cursorPlan::passingOver);
        }
        return streams.capabilities().splitting().map(can -> {
            CursorPlan next = can && !cursorPlan.split() ? cursorPlan.splitting() : cursorPlan.readingOneByOne();
            lifecycle.reopen(cause, new ListenerEvent.StreamReopening(plan.name(), cause, 1, Duration.ZERO));
            return next;
        });
    }

    private ListenerEvent oversized(RawChange change) {
        return new ListenerEvent.ChangeOversized(plan.name(), change.token(), change.documentKey());
    }

    private Duration longestWait() {
        return streams.settings().backoff().longest();
    }
}
