package dev.onchange.engine;

import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.dispatch.Delivery.Purpose;
import dev.onchange.engine.dispatch.Outcome;
import dev.onchange.engine.dispatch.SettledAhead;
import dev.onchange.engine.dispatch.StreamDispatcher;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.plan.StreamPlans;
import dev.onchange.engine.scan.Partition;
import dev.onchange.engine.scan.WatchedScope;
import dev.onchange.engine.stream.OpenStream;
import dev.onchange.engine.stream.RawChange;
import dev.onchange.engine.stream.StartCheck;
import dev.onchange.engine.stream.StreamState;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.HandlerCounts;
import dev.onchange.status.HandlerState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The open streams. They can be exchanged for the streams of another plan: streams that only further handlers join go on;
 * those that differ otherwise are closed, deliveries in flight are finished, and the new streams begin at the position of each
 * handler. The status shows closed streams until new ones replace them. Exchanges must not overlap; everything else may be
 * asked by any thread.
 */
final class ActiveStreams {

    private static final Logger LOG = LoggerFactory.getLogger(ActiveStreams.class);

    private final EngineState state;
    private final StreamFactory factory;
    private final StartCheck startCheck;
    private final Snapshots snapshots;
    private final Scheduler timer;
    private final Duration stopTimeout;
    private final OpeningLimit openingLimit;
    private final StreamContinuations continuations;
    private final Map<String, HandlerCounts> countsBefore = new ConcurrentHashMap<>();
    private final Map<String, Throwable> failuresBefore = new ConcurrentHashMap<>();
    private final Map<String, Mono<Void>> formerCalls = new ConcurrentHashMap<>();
    private final Map<String, SettledAhead> settledAhead = new ConcurrentHashMap<>();
    private final Set<OpenStream> cursors = ConcurrentHashMap.newKeySet();
    private boolean ended;

    ActiveStreams(EngineState state, StreamFactory factory, EngineParts parts, ServerWait wait) {
        this.state = state;
        this.factory = factory;
        this.startCheck = parts.streams.startCheck();
        this.snapshots = parts.snapshots;
        this.timer = parts.timing.timer();
        this.stopTimeout = parts.configuration.stopTimeout;
        this.openingLimit = new OpeningLimit(wait.limit(), wait.timer(), new SlowOpening(parts.configuration));
        this.continuations = new StreamContinuations(state, factory, openingLimit, this::replace, cursors);
    }

    /** The scopes that open streams watch. */
    Set<WatchedScope> open() {
        return state.streams().stream()
                .filter(run -> run.stream().state().phase() == StreamState.Phase.OPEN)
                .map(run -> run.plan().scope())
                .collect(Collectors.toSet());
    }

    Optional<ActiveStream> runOf(String handlerId) {
        return state.streams().stream().filter(run -> run.feeds(handlerId)).findFirst();
    }

    /** Gives a handler a change of a dead letter again; empty if no stream feeds the handler. */
    Mono<Outcome.Settled> resend(String handlerId, RawChange raw, Purpose purpose) {
        return runOf(handlerId)
                .flatMap(run -> run.partitions().getOrDefault(handlerId, List.of()).stream()
                        .filter(partition -> partition.takes(raw.keyHash()))
                        .findFirst()
                        .map(partition -> run.dispatcher().resend(partition.id(), raw, purpose)))
                .orElseGet(Mono::empty);
    }

    /** What became of the changes that streams brought to a handler which have been replaced since the listeners started. */
    HandlerCounts countsBefore(String handlerId) {
        return countsBefore.getOrDefault(handlerId, HandlerCounts.NONE);
    }

    /** Why the last attempt of a handler failed that failed in a stream which has been replaced; null if none did. */
    @Nullable
    Throwable failureBefore(String handlerId) {
        return failuresBefore.get(handlerId);
    }

    /**
     * A thread must not be about to wait for itself.
     *
     * @param caller the thread that waits; null if none does
     * @throws OnChangeException if it works for a handler that one of these streams feeds
     */
    void refuseWithin(Predicate<ActiveStream> streams, @Nullable Thread caller) {
        state.streams().stream()
                .filter(streams)
                .filter(run -> caller != null && run.dispatcher().isWorkedBy(caller))
                .findFirst()
                .ifPresent(run -> {
                    throw new OnChangeException(List.of(new Problem(
                            ProblemCode.CALLED_FROM_HANDLER,
                            "stream " + run.plan().name(),
                            "the stream has to wait until what its handlers have begun is finished, and this is called"
                                    + " by one of them.",
                            "Call it in another thread, and do not wait for that in the handler.")));
                });
    }

    /** Whether the present thread is known to call a handler. */
    boolean isWorkedHere() {
        return state.streams().stream().anyMatch(run -> run.dispatcher().isWorkedHere());
    }

    /**
     * The streams that go on while handlers join or leave them.
     *
     * @param moved the ids of partitions that begin elsewhere than they stand, or go
     * @param beginning the ids of the handlers that begin at the present time
     */
    List<Continuation> continuing(StreamPlans plan, Set<String> moved, Set<String> beginning) {
        return continuations.of(plan, moved, beginning, id -> !formerCalls.containsKey(id) && snapshots.of(id) == null);
    }

    /**
     * Closes the streams that the plan has not, or that feed one of {@code moved}; completes with final positions.
     *
     * @param leaving partitions of which nothing settled may lie beyond the position
     * @param continuing the streams that go on although they differ
     * @param caller the thread that waits for it; null if none does
     */
    Mono<Map<String, Position>> close(
            StreamPlans plan,
            Set<String> moved,
            Set<String> leaving,
            List<Continuation> continuing,
            @Nullable Thread caller) {
        return Mono.defer(() -> {
            Map<String, StreamPlan> planned = plan.streams().stream()
                    .collect(Collectors.toMap(StreamPlan::name, Function.identity(), (one, other) -> one));
            Predicate<ActiveStream> differs =
                    run -> !run.serves(planned.get(run.plan().name()))
                            || moved.stream().anyMatch(run::feeds);
            refuseWithin(differs, caller);
            List<ActiveStream> closing = state.streams().stream()
                    .filter(differs.and(run -> !isAmong(continuing, run.plan())))
                    .toList();
            return Mono.when(stopped(closing, leaving), left(continuing)).then(Mono.fromSupplier(() -> {
                closing.forEach(this::closeCursor);
                closing.forEach(this::noteFormerCalls);
                Map<String, Position> positions = new HashMap<>();
                closing.forEach(run -> positions.putAll(run.dispatcher().positions()));
                continuing.forEach(each -> positions.putAll(finalPositions(each)));
                return positions;
            }));
        });
    }

    /** Completes when what the handlers do that leave streams has ended. */
    private Mono<Void> left(List<Continuation> continuing) {
        return Flux.fromIterable(continuing)
                .flatMap(each -> each.run().dispatcher().leave(each.leaving(), stopTimeout))
                .then();
    }

    private Map<String, Position> finalPositions(Continuation continuation) {
        List<String> leaving = continuation.leaving();
        if (leaving.isEmpty()) {
            return Map.of();
        }
        StreamDispatcher dispatcher = continuation.run().dispatcher();
        noteFormerCalls(dispatcher, leaving);
        keepSettled(dispatcher, leaving);
        Map<String, Position> positions = dispatcher.positions();
        positions.keySet().retainAll(leaving);
        return positions;
    }

    /** Where handlers are to begin instead if streams are exchanged for those of the plan; nothing is changed yet. */
    Mono<Map<String, StartPosition>> instead(
            StreamPlans plan, Set<String> moved, List<Continuation> continuing, Map<String, StartPosition> starts) {
        List<StreamPlan> opening = notServed(plan, moved);
        opening.removeIf(stream -> isAmong(continuing, stream));
        return new ReachableStarts(startCheck, snapshots).instead(opening, starts);
    }

    private static boolean isAmong(List<Continuation> continuing, StreamPlan stream) {
        return continuing.stream().anyMatch(each -> each.plan().name().equals(stream.name()));
    }

    /** Begins to open the streams of the plan that are not open and do not go on, in place of those that were closed. */
    synchronized List<ActiveStream> begin(
            HandlerSet declared, Map<String, StartPosition> starts, List<Continuation> continuing) {
        if (ended) {
            throw OperationQueue.closed();
        }
        List<ActiveStream> all = new ArrayList<>();
        List<ActiveStream> closed = new ArrayList<>();
        for (ActiveStream run : state.streams()) {
            (run.active() ? all : closed).add(run);
        }
        closed.forEach(this::keepSettled);
        CarriedPositions carried = new CarriedPositions(formerCalls, settledAhead);
        List<ActiveStream> opening = new ArrayList<>();
        for (StreamPlan plan : missing(declared.plan())) {
            if (!isAmong(continuing, plan)) {
                factory.create(declared, plan, state.owned(), starts, carried).ifPresent(opening::add);
            }
        }
        closed.forEach(this::keepCounts);
        all.addAll(opening);
        state.setStreams(all);
        for (ActiveStream run : opening) {
            run.detachLost(state.owned());
        }
        return opening;
    }

    /** The server answers a cursor's last question when it has waited for long enough: no other stream need wait for that. */
    private void closeCursor(ActiveStream run) {
        cursors.add(run.stream());
        run.stream().closed().doFinally(end -> cursors.remove(run.stream())).subscribe();
    }

    private Mono<Void> cursorsClosed(List<ActiveStream> stopped) {
        return Flux.concat(Flux.fromIterable(stopped).map(ActiveStream::stream), Flux.fromIterable(cursors))
                .flatMap(OpenStream::closed, Math.max(1, stopped.size() + cursors.size()))
                .then();
    }

    /** Completes when all are open; on failure none of these is left open. */
    Mono<Void> opened(List<ActiveStream> opening) {
        return opened(opening, Mono.empty());
    }

    /**
     * The same, and handlers join the streams that go on.
     *
     * @param declared all handlers
     */
    Mono<Void> opened(
            List<ActiveStream> opening,
            List<Continuation> continuing,
            HandlerSet declared,
            Map<String, StartPosition> starts) {
        return opened(opening, continuations.join(continuing, declared, starts));
    }

    private Mono<Void> opened(List<ActiveStream> opening, Mono<Void> joined) {
        return Flux.fromIterable(opening)
                .flatMap(openingLimit::open)
                .then(joined)
                .onErrorResume(failure -> Mono.defer(() -> abandoned(opening)).then(Mono.error(failure)));
    }

    private Mono<Void> abandoned(List<ActiveStream> streams) {
        return stopped(streams)
                .then(Mono.defer(() -> cursorsClosed(streams)))
                .then(Mono.fromRunnable(() -> streams.forEach(this::noteFormerCalls)));
    }

    /** Of the streams that were to go on, closes those that are no longer what they were. */
    @SuppressWarnings("ReferenceEquality") // the run itself
    Mono<Void> undone(List<Continuation> continuing) {
        return Mono.defer(() -> abandoned(state.streams().stream()
                .filter(run -> continuing.stream()
                        .anyMatch(each -> each.run().dispatcher() == run.dispatcher()
                                && (each.run() != run
                                        || !each.leaving().isEmpty()
                                        || !run.dispatcher().isFedBy(run.stream()))))
                .toList()));
    }

    @SuppressWarnings("ReferenceEquality") // the run itself
    private synchronized void replace(ActiveStream run, ActiveStream next) {
        List<String> left =
                run.handlerIds().stream().filter(id -> !next.feeds(id)).toList();
        left.forEach(id -> keepCounts(run, id));
        state.setStreams(
                state.streams().stream().map(each -> each == run ? next : each).toList());
        left.forEach(id -> run.partitionIds(id).forEach(run.dispatcher()::forget));
        cursors.remove(next.stream());
        if (run.stream() != next.stream()) {
            closeCursor(run);
        }
        next.detachLost(state.owned());
    }

    /** Opens them whatever it takes; completes when all are open or have failed, but does not wait for long. */
    Mono<Void> openedSoon(List<ActiveStream> opening) {
        return Flux.fromIterable(opening)
                .flatMap(run -> run.dispatcher().start().onErrorComplete(), Math.max(1, opening.size()))
                .then()
                .timeout(EngineConfiguration.SHORT_OPENING, timer)
                .onErrorComplete();
    }

    /** Closes all streams for the last time and finishes the deliveries in flight. */
    Mono<Void> stop() {
        return Mono.defer(() -> {
            synchronized (this) {
                ended = true;
            }
            return stopped(state.streams(), StreamDispatcher::finish)
                    .then(Mono.defer(() -> cursorsClosed(state.streams())));
        });
    }

    /** The same, except for calls of handlers that have closed the listeners. */
    Mono<Void> stopExceptReentrantCalls() {
        // A stream may need the very thread of the call to close.
        return Mono.defer(() -> stopped(state.streams(), StreamDispatcher::stopExceptReentrantCalls)
                        .then(Mono.defer(() -> cursorsClosed(state.streams()))))
                .timeout(stopTimeout.plus(EngineConfiguration.LEAST_SAVE_TIMEOUT), timer)
                .onErrorComplete(TimeoutException.class);
    }

    /** For the stream that takes over: changes that are settled beyond the positions are not delivered again. */
    private void keepSettled(ActiveStream run) {
        keepSettled(run.dispatcher(), run.partitionIds());
    }

    private void keepSettled(StreamDispatcher dispatcher, Collection<String> partitionIds) {
        Map<String, SettledAhead> ahead = dispatcher.settledAhead();
        ahead.keySet().retainAll(partitionIds);
        partitionIds.forEach(settledAhead::remove);
        settledAhead.putAll(ahead);
    }

    /** These handlers have left, and their streams are closed. */
    void forget(Collection<String> handlerIds) {
        countsBefore.keySet().removeAll(handlerIds);
        failuresBefore.keySet().removeAll(handlerIds);
        settledAhead.keySet().removeIf(id -> handlerIds.contains(Partition.handlerOf(id)));
    }

    /** What is to be asked of the server before the plan is followed: as much of its streams as is not open. */
    StreamPlans toBeAsked(StreamPlans plan) {
        return new StreamPlans(
                missing(plan).stream().flatMap(continuations::toBeAsked).toList());
    }

    private List<StreamPlan> missing(StreamPlans plan) {
        return notServed(plan, Set.of());
    }

    /** @param moved the ids of partitions whose streams do not stay */
    private List<StreamPlan> notServed(StreamPlans plan, Set<String> moved) {
        Map<String, ActiveStream> staying = new HashMap<>();
        for (ActiveStream run : state.streams()) {
            if (run.active() && moved.stream().noneMatch(run::feeds)) {
                staying.putIfAbsent(run.plan().name(), run);
            }
        }
        List<StreamPlan> missing = new ArrayList<>();
        for (StreamPlan stream : plan.streams()) {
            if (!serves(staying.get(stream.name()), stream)) {
                missing.add(stream);
            }
        }
        return missing;
    }

    private static boolean serves(@Nullable ActiveStream run, StreamPlan stream) {
        return run != null && run.serves(stream);
    }

    private void keepCounts(ActiveStream run) {
        run.handlerIds().forEach(id -> keepCounts(run, id));
    }

    private void keepCounts(ActiveStream run, String handlerId) {
        HandlerState last = run.state(handlerId);
        countsBefore.merge(handlerId, last.counts(), HandlerCounts::and);
        if (last.lastFailure() != null) {
            failuresBefore.put(handlerId, last.lastFailure());
        }
    }

    /** Calls that have taken no notice of an interrupt: no other call of their handlers is to begin beside them. */
    private void noteFormerCalls(ActiveStream run) {
        noteFormerCalls(run.dispatcher(), run.partitionIds());
    }

    private void noteFormerCalls(StreamDispatcher dispatcher, Collection<String> partitionIds) {
        for (String id : partitionIds) {
            if (!dispatcher.hasEnded(id)) {
                LOG.warn(
                        "{} is still in a call that was interrupted; it is given nothing more until that has ended",
                        id);
                Mono<Void> end = dispatcher.ended(id).cache();
                formerCalls.put(id, end);
                end.subscribe(null, null, () -> formerCalls.remove(id, end));
            }
        }
    }

    private Mono<Void> stopped(List<ActiveStream> stopping, Set<String> leaving) {
        List<ActiveStream> left = stopping.stream()
                .filter(run -> leaving.stream().anyMatch(run::feeds))
                .toList();
        List<ActiveStream> others =
                stopping.stream().filter(run -> !left.contains(run)).toList();
        return Mono.when(stopped(left, StreamDispatcher::finish), stopped(others));
    }

    private Mono<Void> stopped(List<ActiveStream> stopping) {
        return stopped(stopping, StreamDispatcher::stop);
    }

    private Mono<Void> stopped(List<ActiveStream> stopping, BiFunction<StreamDispatcher, Duration, Mono<Void>> stop) {
        return Flux.fromIterable(stopping)
                .flatMap(run -> stop.apply(run.dispatcher(), stopTimeout), Math.max(1, stopping.size()))
                .then();
    }
}
