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

/** Decides with which cursor a stream reopens when its cursor has ended, or could not be opened. */
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

    /** Emits the plan of the next cursor when it is time to open it; an error if the stream cannot reopen. */
    @SuppressWarnings("ReferenceEquality") // whether the progress gave another one
    Mono<CursorPlan> after(Throwable error, CursorReader reader) {
        CursorPlan cursorPlan = reader.cursorPlan();
        CursorStart before = cursorPlan.cursorStart();
        CursorStart next = progress.after(reader);
        progress.end(reader);
        if (next != before || lifecycle.openFor().compareTo(longestWait()) > 0) {
            failures = 0;
        }
        CursorPlan reopened = cursorPlan.withStart(next);
        return after(StreamFailure.of(error), reopened, next != before)
                // A failure of a command that was sent to decide counts as a failure of the stream itself.
                .onErrorResume(
                        e -> !(e instanceof OnChangeException),
                        e -> retryAfterBackoff(e).thenReturn(reopened))
                // An empty result would leave the stream silent and unreported.
                .switchIfEmpty(Mono.error(() -> errors.refused(error, lifecycle.everOpen())));
    }

    /** Completes after the back-off; an error if the failure is fatal. */
    Mono<Long> retryAfterBackoff(Throwable error) {
        if (!(StreamFailure.of(error) instanceof Passing)) {
            return Mono.error(errors.refused(error, lifecycle.everOpen()));
        }
        return isTimeout(error) ? backOff(error).delayUntil(waited -> untilServerAnswers()) : backOff(error);
    }

    private static boolean isTimeout(Throwable error) {
        return error instanceof NoAnswer
                || error instanceof MongoOperationTimeoutException
                || error instanceof MongoSocketReadTimeoutException;
    }

    /** The other connections of the pool are likely to be dead too: each ping closes one of them. */
    private Mono<Void> untilServerAnswers() {
        return Mono.defer(streams.cursors()::ping)
                .onErrorResume(
                        error -> StreamFailure.of(error) instanceof Passing,
                        error -> backOff(error).then(untilServerAnswers()));
    }

    private Mono<CursorPlan> after(StreamFailure failure, CursorPlan cursorPlan, boolean progressed) {
        Throwable cause = failure.cause();
        if (failure instanceof CursorClosed) {
            return progressed ? invalidated(cause, cursorPlan) : invalidatedUnseen(cause, cursorPlan);
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
            return isTokenRefused(cause, cursorPlan.cursorStart())
                    .flatMap(yes -> yes
                            ? badToken(cause, cursorPlan)
                            : retryAfterBackoff(cause).thenReturn(cursorPlan));
        }
        return retryAfterBackoff(cause).thenReturn(cursorPlan);
    }

    private Mono<Long> backOff(Throwable cause) {
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

    /** A filter has left the invalidation out, and the client does not report its token either. */
    private Mono<CursorPlan> invalidatedUnseen(Throwable cause, CursorPlan cursorPlan) {
        return sideCursor
                .invalidation(cursorPlan.cursorStart())
                .flatMap(token -> invalidated(cause, cursorPlan.withStart(CursorStart.startAfter(token))))
                .switchIfEmpty(Mono.defer(() -> backOff(cause).thenReturn(cursorPlan)));
    }

    private Mono<CursorPlan> tokenNotFound(Throwable cause, CursorPlan cursorPlan, boolean progressed) {
        Position position = progress.position();
        if (!progressed && (position == null || !cursorPlan.cursorStart().byToken())) {
            return retryAfterBackoff(cause).thenReturn(cursorPlan);
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
            return Mono.just(cursorPlan.withStart(CursorStart.byTime(position)));
        });
    }

    /** Whether it is the token that the server refuses, and not the filter or a stage. */
    private Mono<Boolean> isTokenRefused(Throwable cause, CursorStart cursorStart) {
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
                // The user gave the token: the handler has no other position.
                ? Mono.error(errors.tokenRefused(cause))
                : foreign(cause, cursorPlan, position);
    }

    private Mono<CursorPlan> foreign(Throwable cause, CursorPlan cursorPlan, Position position) {
        return lost.foreign(cause, position).flatMap(cursorStart -> reopenAt(cursorPlan.withStart(cursorStart)));
    }

    private Mono<CursorPlan> historyLost(Throwable cause, CursorPlan cursorPlan) {
        Position position = progress.position();
        if (position == null) {
            // The stream was to begin at the oldest entry, which was removed before it was reached.
            return streams.oldest(plan)
                    .flatMap(oldest -> backOff(cause).thenReturn(cursorPlan.withStart(CursorStart.atTime(oldest))));
        }
        return lost.historyLost(cause, position).flatMap(cursorStart -> reopenAt(cursorPlan.withStart(cursorStart)));
    }

    /** At once, or after a back-off if the oldest entry was removed again before it was reached. */
    private Mono<CursorPlan> reopenAt(CursorPlan cursorPlan) {
        failures++;
        return failures == 1
                ? Mono.just(cursorPlan)
                : Mono.delay(delay(), streams.timing().timer()).thenReturn(cursorPlan);
    }

    private Mono<CursorPlan> tooLarge(Throwable cause, CursorPlan cursorPlan) {
        if (cursorPlan.oneByOne()) {
            return sideCursor
                    .tooLarge(cursorPlan.cursorStart())
                    .map(document -> new RawChange(
                            document, new RawChange.Origin(plan.fingerprint(), true, 1, null), new NameCache()))
                    .doOnNext(change -> lifecycle.reopen(cause, oversized(change)))
                    .map(cursorPlan::skipping);
        }
        return streams.capabilities().splitsLargeEvents().map(can -> {
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
