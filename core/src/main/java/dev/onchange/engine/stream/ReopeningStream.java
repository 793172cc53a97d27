package dev.onchange.engine.stream;

import dev.onchange.checkpoint.Position;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.stream.CursorReply.ServerCursor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.retry.Retry;

/** Reads one cursor after the other, each from where the last one ended. */
final class ReopeningStream implements OpenStream {

    /** For the server's answers to arrive. */
    private static final Duration GRACE = Duration.ofMillis(500);

    private static final BsonDocument SPLIT = BsonDocument.parse("{$changeStreamSplitLargeEvent: {}}");

    private final StreamPlan plan;
    private final StreamStart start;
    private final ChangeEnricher enricher;
    private final ChangeStreams streams;
    private final IdleProbe idleProbe;
    private final AtomicBoolean subscribedOnce = new AtomicBoolean();
    private final Lifecycle lifecycle;
    private final Progress progress;
    private final AnswerTimeout answerTimeout;
    private final AbandonedCursors abandoned;
    private volatile @Nullable CursorPlan cursorPlan;
    private volatile @Nullable CursorReader reader;
    private volatile @Nullable Throwable failure;
    private volatile Subscription subscribed = Operators.emptySubscription();

    ReopeningStream(StreamPlan plan, StreamStart start, ChangeEnricher enricher, ChangeStreams streams) {
        this.plan = plan;
        this.start = start;
        this.enricher = enricher;
        this.streams = streams.guarded(this::failUnforeseen);
        this.lifecycle = new Lifecycle(plan.name(), streams.timing().clock(), streams::publish);
        this.progress = new Progress(plan.fingerprint(), position(start));
        this.answerTimeout = new AnswerTimeout(
                streams.settings().longestAnswer(), this.streams.timing().timer());
        this.abandoned = new AbandonedCursors(streams.cursors(), this.streams.timing());
        this.idleProbe = new IdleProbe(plan, this.streams, progress, () -> reader);
    }

    private static @Nullable Position position(StreamStart start) {
        if (start instanceof StreamStart.After after) {
            return after.position();
        }
        if (start instanceof StreamStart.ResumeAfter resume) {
            return ResumeTokens.position(resume.token(), "");
        }
        return start instanceof StreamStart.StartAfter startAfter
                ? ResumeTokens.position(startAfter.token(), "")
                : null;
    }

    @Override
    public Flux<List<RawChange>> changes(StreamHandlers handlers) {
        return Flux.defer(() -> subscribedOnce.compareAndSet(false, true)
                ? readAndReopen(new ReopenStrategy(plan, streams, progress, lifecycle, handlers))
                : Flux.error(new IllegalStateException("The stream has one subscriber already")));
    }

    private Flux<List<RawChange>> readAndReopen(ReopenStrategy reopening) {
        return Flux.defer(() -> cursorPlan().flatMapMany(this::read))
                // On a thread of the guarded scheduler, where no error is lost.
                .retryWhen(Retry.from(ends ->
                        ends.publishOn(streams.timing().timer()).concatMap(end -> recover(reopening, end.failure()))))
                .doOnSubscribe(subscription -> subscribed = subscription)
                .doOnCancel(this::close)
                .doOnError(error -> failure = error)
                // A subscriber of opened() may cancel when it fails: the error must have been emitted by then.
                .doAfterTerminate(this::fail);
    }

    private Mono<CursorPlan> cursorPlan() {
        CursorPlan next = cursorPlan;
        return next == null ? cursorStart().map(CursorPlan::from) : Mono.just(next);
    }

    private Mono<CursorStart> cursorStart() {
        if (start instanceof StreamStart.After after) {
            return Mono.just(CursorStart.after(after.position(), plan.fingerprint()));
        }
        if (start instanceof StreamStart.ResumeAfter resume) {
            return Mono.just(CursorStart.resumeAfter(resume.token()));
        }
        if (start instanceof StreamStart.StartAfter startAfter) {
            return Mono.just(CursorStart.startAfter(startAfter.token()));
        }
        return streams.oldest(plan).map(CursorStart::atTime);
    }

    private Flux<List<RawChange>> read(CursorPlan next) {
        int batchSize = next.oneByOne() ? 1 : streams.settings().batchSize();
        CursorReader now = new CursorReader(next, progress, this::open);
        reader = now;
        Flux<EventBatch> events = prepare(now)
                .thenMany(streams.cursors()
                        .read(
                                plan,
                                Cursors.stages(plan, pipeline(next), next.cursorStart()),
                                batchSize,
                                now::takeCopied))
                .takeUntilOther(answerTimeout.watch(now))
                .contextWrite(context -> CommandTap.observing(context, now));
        Flux<List<RawChange>> received = new Prefetch(events, streams.timing().timer()).handle(now::receive);
        Flux<List<RawChange>> changes = enricher.enrich(received)
                .<List<RawChange>>handle(now::emit)
                .concatWith(Mono.error(StreamFailure.EndOfCursor::new));
        RawChange oversized = next.oversized();
        return oversized == null ? changes : changes.startWith(List.of(oversized));
    }

    private List<BsonDocument> pipeline(CursorPlan next) {
        if (!next.split()) {
            return plan.pipeline();
        }
        List<BsonDocument> stages = new ArrayList<>(plan.pipeline());
        stages.add(SPLIT);
        return stages;
    }

    /**
     * Through a client that does not report its commands, the server is asked first whether it would open the stream.
     */
    private Mono<Void> prepare(CursorReader now) {
        return lifecycle.everOpen()
                ? Mono.empty()
                : streams.capabilities()
                        .observable()
                        .filter(observable -> !observable)
                        .flatMap(unobservable -> streams.cursors()
                                .ask(plan, plan.pipeline(), now.cursorPlan().cursorStart(), 0)
                                .doOnNext(opened -> idleProbe.start())
                                .doOnNext(opened -> now.open())
                                .then());
    }

    private Mono<?> recover(ReopenStrategy reopening, Throwable end) {
        CursorReader last = reader;
        if (last == null) {
            return reopening.retryAfterBackoff(end);
        }
        ServerCursor left = last.abandon();
        if (left != null) {
            abandoned.add(left);
        }
        return reopening.after(end, last).doOnNext(next -> cursorPlan = next);
    }

    /**
     * Only now is the server likely to be reachable, so that the cursor that the last reader left open can be killed.
     */
    private void open() {
        lifecycle.open();
        abandoned.kill();
    }

    @Override
    public Mono<Void> opened() {
        return lifecycle.opened();
    }

    @Override
    public @Nullable Position reached(long received) {
        return progress.reached(received);
    }

    @Override
    public void replaced() {
        lifecycle.replaced();
    }

    @Override
    public StreamState state() {
        return lifecycle.state();
    }

    @Override
    public Mono<Void> closed() {
        return Mono.defer(() -> {
            CursorReader last = reader;
            return last == null || !lifecycle.terminated()
                    ? Mono.empty()
                    : last.closed().timeout(longestClose(), Mono.empty());
        });
    }

    /**
     * A client that does not report its commands does not report the closing either: it comes at the latest when the
     * server has waited for a change.
     */
    private Mono<Long> longestClose() {
        return Mono.delay(
                streams.settings().maxAwaitTime().plus(GRACE), streams.timing().timer());
    }

    private void fail() {
        Throwable error = failure;
        if (error != null) {
            lifecycle.fail(error);
            stopReading();
        }
    }

    /** Handles an error thrown where it cannot become a signal any more: the state reports it, and the stream ends. */
    private void failUnforeseen(Throwable thrown) {
        failure = new StreamErrors(plan).refused(thrown, lifecycle.everOpen());
        fail();
        subscribed.cancel();
    }

    private void close() {
        lifecycle.close();
        stopReading();
    }

    /** The driver closes a cursor only when the server has answered, which may take as long as it waits for changes. */
    private void stopReading() {
        idleProbe.stop();
        abandoned.kill();
        CursorReader last = reader;
        ServerCursor waiting = last == null ? null : last.cancel();
        if (last != null && waiting != null) {
            streams.cursors().kill(waiting).subscribe(null, null, last::end);
        }
    }
}
