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
    private final StreamErrors refusals;
    private final SideCursor detour;
    private final LostPositions lost;
    private int failures;

    ReopenStrategy(
            StreamPlan plan, ChangeStreams streams, Progress progress, Lifecycle lifecycle, StreamHandlers handlers) {
        this.plan = plan;
        this.streams = streams;
        this.progress = progress;
        this.lifecycle = lifecycle;
        this.refusals = new StreamErrors(plan);
        this.detour = new SideCursor(plan, streams.cursors());
        this.lost = new LostPositions(plan, streams, progress, lifecycle, handlers);
    }

    /** The course to go on with, when it is time to; an error if there is none. */
    @SuppressWarnings("ReferenceEquality") // whether the progress gave another one
    Mono<CursorPlan> after(Throwable error, CursorReader reading) {
        CursorPlan course = reading.course();
        CursorStart before = course.opening();
        CursorStart next = progress.after(reading);
        progress.end(reading);
        if (next != before || lifecycle.openFor().compareTo(longestWait()) > 0) {
            failures = 0;
        }
        CursorPlan onward = course.at(next);
        return after(StreamFailure.of(error), onward, next != before)
                // What fails while looking for a way on, fails like the stream itself.
                .onErrorResume(
                        e -> !(e instanceof OnChangeException), e -> tryAgain(e).thenReturn(onward))
                // Without an answer the stream would be silent, and nobody would be told.
                .switchIfEmpty(Mono.error(() -> refusals.refused(error, lifecycle.everOpen())));
    }

    /** Completes when it is time to try the same again; an error if that is no use. */
    Mono<Long> tryAgain(Throwable error) {
        if (!(StreamFailure.of(error) instanceof Passing)) {
            return Mono.error(refusals.refused(error, lifecycle.everOpen()));
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

    private Mono<CursorPlan> after(StreamFailure failure, CursorPlan course, boolean progressed) {
        Throwable cause = failure.cause();
        if (failure instanceof CursorClosed) {
            return progressed ? invalidated(cause, course) : unseen(cause, course);
        }
        if (failure instanceof TokenNotFound) {
            return tokenNotFound(cause, course, progressed);
        }
        if (failure instanceof HistoryGone) {
            return historyLost(cause, course);
        }
        if (failure instanceof TooLarge) {
            return tooLarge(cause, course);
        }
        if (failure instanceof Fatal && !progressed && course.opening().byToken()) {
            return ofToken(cause, course.opening())
                    .flatMap(yes ->
                            yes ? badToken(cause, course) : tryAgain(cause).thenReturn(course));
        }
        return tryAgain(cause).thenReturn(course);
    }

    private Mono<Long> waiting(Throwable cause) {
        failures++;
        Duration delay = delay();
        lifecycle.reopen(cause, new ListenerEvent.StreamReopening(plan.name(), cause, failures, delay));
        return Mono.delay(delay, streams.surroundings().scheduler());
    }

    private Duration delay() {
        return streams.settings()
                .backoff()
                .before(failures, streams.surroundings().random());
    }

    private Mono<CursorPlan> invalidated(Throwable cause, CursorPlan course) {
        lifecycle.reopen(cause, new ListenerEvent.StreamInvalidated(plan.name()));
        return Mono.just(course);
    }

    /** A filter has left the invalidation out, and the client does not tell its token either. */
    private Mono<CursorPlan> unseen(Throwable cause, CursorPlan course) {
        return detour.invalidation(course.opening())
                .flatMap(token -> invalidated(cause, course.at(CursorStart.startAfter(token))))
                .switchIfEmpty(Mono.defer(() -> waiting(cause).thenReturn(course)));
    }

    private Mono<CursorPlan> tokenNotFound(Throwable cause, CursorPlan course, boolean progressed) {
        Position position = progress.position();
        if (!progressed && (position == null || !course.opening().byToken())) {
            return tryAgain(cause).thenReturn(course);
        }
        if (progressed || position == null) {
            lifecycle.reopen(cause, new ListenerEvent.TokenNotFound(plan.name(), cause));
            return Mono.just(course);
        }
        return streams.oplog().lacks(position.clusterTime()).flatMap(foreign -> {
            if (foreign) {
                return foreign(cause, course, position);
            }
            lifecycle.reopen(cause, new ListenerEvent.TokenNotFound(plan.name(), cause));
            return Mono.just(course.at(CursorStart.byTime(position)));
        });
    }

    /** Whether it is the token that the server refuses, and not the filter or a stage. */
    private Mono<Boolean> ofToken(Throwable cause, CursorStart opening) {
        int code = cause instanceof MongoException refused ? refused.getCode() : 0;
        return BAD_TOKEN.contains(code)
                ? streams.cursors()
                        .ask(plan, List.of(), opening, 0)
                        .thenReturn(false)
                        .onErrorResume(MongoException.class, error -> Mono.just(BAD_TOKEN.contains(error.getCode())))
                : Mono.just(false);
    }

    private Mono<CursorPlan> badToken(Throwable cause, CursorPlan course) {
        Position position = progress.position();
        return position == null || position.fingerprint().isEmpty()
                // The user gave it: there is no other place where the handler was.
                ? Mono.error(refusals.tokenRefused(cause))
                : foreign(cause, course, position);
    }

    private Mono<CursorPlan> foreign(Throwable cause, CursorPlan course, Position position) {
        return lost.foreign(cause, position).flatMap(opening -> again(course.at(opening)));
    }

    private Mono<CursorPlan> historyLost(Throwable cause, CursorPlan course) {
        Position position = progress.position();
        if (position == null) {
            // It was to begin at the oldest entry, which was removed before it was reached.
            return streams.oldest(plan)
                    .flatMap(oldest -> waiting(cause).thenReturn(course.at(CursorStart.atTime(oldest))));
        }
        return lost.historyLost(cause, position).flatMap(opening -> again(course.at(opening)));
    }

    /** At once, or after a wait if the oldest entry is gone again before it was reached. */
    private Mono<CursorPlan> again(CursorPlan course) {
        failures++;
        return failures == 1
                ? Mono.just(course)
                : Mono.delay(delay(), streams.surroundings().scheduler()).thenReturn(course);
    }

    private Mono<CursorPlan> tooLarge(Throwable cause, CursorPlan course) {
        if (course.oneByOne()) {
            return detour.tooLarge(course.opening())
                    .map(document -> new RawChange(document, plan.fingerprint(), new NameCache(), true))
                    .doOnNext(change -> lifecycle.reopen(cause, oversized(change)))
                    .map(course::passingOver);
        }
        return streams.abilities().splitting().map(can -> {
            CursorPlan next = can && !course.split() ? course.splitting() : course.readingOneByOne();
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
