package dev.onchange.stream;

import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.Position;
import dev.onchange.plan.StreamPlan;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import dev.onchange.stream.StreamState.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.retry.Retry;

/** Reads one cursor after the other, each from where the last one broke off. */
final class ReopeningStream implements OpenStream {

    private final StreamPlan plan;
    private final ChangeStreams streams;
    private final Names names = new Names();
    private final Marks marks = new Marks();
    private final Sinks.Empty<Void> opened = Sinks.empty();
    private final AtomicBoolean subscribed = new AtomicBoolean();
    private volatile StreamState state;
    private volatile boolean everOpen;
    private volatile Opening opening;
    private volatile @Nullable Position position;
    private volatile @Nullable Reading reading;
    private volatile int failures;

    ReopeningStream(StreamPlan plan, StartPoint start, ChangeStreams streams) {
        this.plan = plan;
        this.streams = streams;
        this.opening = opening(start);
        this.position = start instanceof StartPoint.After after ? after.position() : null;
        this.state = new StreamState(Phase.OPENING, now(), 0, null);
    }

    private Opening opening(StartPoint start) {
        if (start instanceof StartPoint.After after) {
            return Opening.after(after.position(), plan.fingerprint());
        }
        if (start instanceof StartPoint.ResumeAfter resume) {
            return Opening.resumeAfter(resume.token());
        }
        if (start instanceof StartPoint.StartAfter startAfter) {
            return Opening.startAfter(startAfter.token());
        }
        return Opening.atTime(new BsonTimestamp(1, 1));
    }

    @Override
    public Flux<RawChange> changes() {
        return Flux.defer(() -> subscribed.compareAndSet(false, true)
                ? readAgainAndAgain()
                : Flux.error(new IllegalStateException("The stream has one subscriber already")));
    }

    private Flux<RawChange> readAgainAndAgain() {
        return Flux.defer(this::read)
                .retryWhen(Retry.from(signals -> signals.concatMap(signal -> recover(signal.failure()))))
                .doOnCancel(this::close)
                .doOnError(this::fail);
    }

    @Override
    public Mono<Void> opened() {
        return opened.asMono();
    }

    @Override
    public @Nullable Position reached(long received) {
        BsonDocument token = marks.reached(received);
        return token == null ? null : position(token);
    }

    @Override
    public StreamState state() {
        return state;
    }

    private Flux<RawChange> read() {
        int batchSize = streams.settings().batchSize();
        Reading next = new Reading(this, opening, emitted());
        reading = next;
        Position from = position;
        marks.open(next, emitted(), from == null ? null : from.token());
        return prepare(next)
                .thenMany(streams.cursors().read(plan, plan.pipeline(), opening, batchSize))
                .limitRate(batchSize + 1)
                .<RawChange>handle(next)
                .concatWith(Mono.error(() -> new CursorClosed()))
                .contextWrite(context -> StreamTap.tapped(context, next));
    }

    /** A client that tells nothing is asked whether the server would open the stream, before it is opened for the first time. */
    private Mono<Void> prepare(Reading next) {
        return everOpen
                ? Mono.empty()
                : streams.tapped()
                        .flatMap(tapped -> tapped
                                ? Mono.empty()
                                : streams.cursors().probe(plan, opening).doOnSuccess(done -> next.open()));
    }

    private long emitted() {
        Reading last = reading;
        return last == null ? 0 : last.emitted();
    }

    /** Tells whether and when to read again, and from where. */
    private Mono<Long> recover(Throwable error) {
        advance();
        StreamFailure failure = StreamFailure.of(error);
        Position from = position;
        if (error instanceof CursorClosed) {
            streams.tell(new StreamEvent.Invalidated(plan.name()));
            return again(error, Duration.ZERO);
        }
        if (failure instanceof StreamFailure.TokenNotFound && from != null && opening.byToken()) {
            streams.tell(new StreamEvent.TokenNotFound(plan.name(), error));
            opening = Opening.byTime(from);
            return again(error, Duration.ZERO);
        }
        if (failure instanceof StreamFailure.Passing) {
            failures++;
            Duration wait = streams.settings()
                    .backoff()
                    .before(failures, streams.surroundings().random());
            streams.tell(new StreamEvent.Reopening(plan.name(), error, failures, wait));
            return again(error, wait);
        }
        return Mono.error(refused(error));
    }

    private Mono<Long> again(Throwable error, Duration wait) {
        enter(Phase.REOPENING, error);
        return wait.isZero()
                ? Mono.just(0L)
                : Mono.delay(wait, streams.surroundings().scheduler());
    }

    /** Moves the position to the last change that was handed on, or further if the server has read further. */
    private void advance() {
        Reading last = reading;
        RawChange change = last == null ? null : last.last();
        if (change != null) {
            advanceTo(change.token());
            failures = 0;
        }
        BsonDocument newest = marks.newest();
        if (newest != null) {
            advanceTo(newest);
        }
    }

    private void advanceTo(BsonDocument token) {
        Position from = position;
        String before = from == null ? null : ResumeTokens.data(from.token());
        String data = ResumeTokens.data(token);
        if (before == null || data == null || data.compareTo(before) > 0) {
            position = position(token);
            Reading last = reading;
            opening = Opening.startAfter(token).skipping(last == null ? null : last.skip());
        }
    }

    private Position position(BsonDocument token) {
        BsonTimestamp time = ResumeTokens.time(token);
        return new Position(token, time == null ? new BsonTimestamp(0) : time, plan.fingerprint());
    }

    void opened(Reading by) {
        if (by != reading || state.phase() == Phase.CLOSED) {
            return;
        }
        everOpen = true;
        enter(Phase.OPEN, null);
        streams.tell(new StreamEvent.Opened(plan.name()));
        opened.tryEmitEmpty();
    }

    Names names() {
        return names;
    }

    Marks marks() {
        return marks;
    }

    StreamPlan plan() {
        return plan;
    }

    private void close() {
        enter(Phase.CLOSED, null);
        opened.tryEmitEmpty();
        streams.tell(new StreamEvent.Closed(plan.name()));
    }

    private void fail(Throwable error) {
        enter(Phase.FAILED, error);
        opened.tryEmitError(error);
        streams.tell(new StreamEvent.Failed(plan.name(), error));
    }

    private OnChangeException refused(Throwable error) {
        ProblemCode code = everOpen ? ProblemCode.STREAM_FAILED : ProblemCode.STREAM_NOT_OPENED;
        return new OnChangeException(
                List.of(new Problem(
                        code, plan.name(), String.valueOf(error.getMessage()), "See the server's message.")),
                error);
    }

    private void enter(Phase phase, @Nullable Throwable reason) {
        long reopened = state.reopened() + (phase == Phase.OPEN && state.phase() == Phase.REOPENING ? 1 : 0);
        state = new StreamState(phase, now(), reopened, reason);
    }

    private Instant now() {
        return streams.surroundings().clock().instant();
    }
}
