package dev.onchange.stream;

import com.mongodb.MongoOperationTimeoutException;
import com.mongodb.MongoSocketReadTimeoutException;
import dev.onchange.HistoryLost;
import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.Position;
import dev.onchange.plan.StreamPlan;
import dev.onchange.status.ListenerEvent;
import dev.onchange.stream.StreamFailure.CursorClosed;
import dev.onchange.stream.StreamFailure.HistoryGone;
import dev.onchange.stream.StreamFailure.NoAnswer;
import dev.onchange.stream.StreamFailure.Passing;
import dev.onchange.stream.StreamFailure.TokenNotFound;
import dev.onchange.stream.StreamFailure.TooLarge;
import java.time.Duration;
import java.util.Optional;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Decides what follows when a cursor has ended, or could not be opened. */
final class Recovery {

    private final StreamPlan plan;
    private final ChangeStreams streams;
    private final Progress progress;
    private final Lifecycle lifecycle;
    private final Refusals refusals;
    private final Detour detour;
    private int failures;

    Recovery(StreamPlan plan, ChangeStreams streams, Progress progress, Lifecycle lifecycle) {
        this.plan = plan;
        this.streams = streams;
        this.progress = progress;
        this.lifecycle = lifecycle;
        this.refusals = new Refusals(plan);
        this.detour = new Detour(plan, streams.cursors());
    }

    /** The course to go on with, when it is time to; an error if there is none. */
    @SuppressWarnings("ReferenceEquality") // whether the progress gave another one
    Mono<Course> after(Throwable error, Reading reading) {
        Course course = reading.course();
        Opening before = course.opening();
        Opening next = progress.after(reading);
        progress.end(reading);
        if (next != before || lifecycle.openFor().compareTo(longestWait()) > 0) {
            failures = 0;
        }
        Course onward = course.at(next);
        return after(StreamFailure.of(error), onward, next != before)
                // What fails while looking for a way on, fails like the stream itself.
                .onErrorResume(
                        e -> !(e instanceof OnChangeException), e -> tryAgain(e).thenReturn(onward));
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

    private Mono<Course> after(StreamFailure failure, Course course, boolean progressed) {
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

    private Mono<Course> invalidated(Throwable cause, Course course) {
        lifecycle.reopen(cause, new ListenerEvent.StreamInvalidated(plan.name()));
        return Mono.just(course);
    }

    /** A filter has left the invalidation out, and the client does not tell its token either. */
    private Mono<Course> unseen(Throwable cause, Course course) {
        return detour.invalidation(course.opening())
                .flatMap(token -> invalidated(cause, course.at(Opening.startAfter(token))))
                .switchIfEmpty(Mono.defer(() -> waiting(cause).thenReturn(course)));
    }

    private Mono<Course> tokenNotFound(Throwable cause, Course course, boolean progressed) {
        Position position = progress.position();
        if (!progressed && (position == null || !course.opening().byToken())) {
            return tryAgain(cause).thenReturn(course);
        }
        lifecycle.reopen(cause, new ListenerEvent.TokenNotFound(plan.name(), cause));
        return Mono.just(progressed || position == null ? course : course.at(Opening.byTime(position)));
    }

    private Mono<Course> historyLost(Throwable cause, Course course) {
        Position position = progress.position();
        if (position == null) {
            // It was to begin at the oldest entry, which was removed before it was reached.
            return streams.oldest(plan).flatMap(oldest -> waiting(cause).thenReturn(course.at(Opening.atTime(oldest))));
        }
        return switch (streams.settings().historyLost()) {
            case STOP ->
                oldestIfKnown()
                        .doOnNext(oldest -> tellLost(cause, position, oldest.orElse(null)))
                        .flatMap(oldest ->
                                Mono.error(refusals.historyLost(cause, position.clusterTime(), oldest.orElse(null))));
            case RESTART_NOW ->
                streams.oplog().now().flatMap(now -> {
                    tellLost(cause, position, now);
                    progress.restart(Position.at(now));
                    return again(course.at(Opening.byTime(Position.at(now))));
                });
            case RESTART_EARLIEST ->
                streams.oldest(plan).flatMap(oldest -> {
                    tellLost(cause, position, oldest);
                    return again(course.at(Opening.atTime(oldest).skipping(Watermark.of(position))));
                });
        };
    }

    private Mono<Optional<BsonTimestamp>> oldestIfKnown() {
        return streams.oldest().map(Optional::of).onErrorReturn(Optional.empty());
    }

    private void tellLost(Throwable cause, Position position, @Nullable BsonTimestamp to) {
        HistoryLost answer = streams.settings().historyLost();
        lifecycle.reopen(cause, new ListenerEvent.HistoryLost(plan.name(), position.clusterTime(), to, answer));
    }

    /** At once, or after a wait if the oldest entry is gone again before it was reached. */
    private Mono<Course> again(Course course) {
        failures++;
        return failures == 1
                ? Mono.just(course)
                : Mono.delay(delay(), streams.surroundings().scheduler()).thenReturn(course);
    }

    private Mono<Course> tooLarge(Throwable cause, Course course) {
        if (course.oneByOne()) {
            return detour.tooLarge(course.opening())
                    .map(document -> new RawChange(document, plan.fingerprint(), new Names(), true))
                    .doOnNext(change -> lifecycle.reopen(cause, oversized(change)))
                    .map(course::passingOver);
        }
        return streams.abilities().splitting().map(can -> {
            Course next = can && !course.split() ? course.splitting() : course.readingOneByOne();
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
