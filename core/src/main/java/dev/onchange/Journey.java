package dev.onchange;

import dev.onchange.checkpoint.Position;
import dev.onchange.plan.Plan;
import dev.onchange.plan.StreamPlan;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import dev.onchange.retry.HandlerCounts;
import dev.onchange.route.StreamDispatcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The streams at work. They can be exchanged for those of another plan: the ones that differ are closed, what is in
 * flight is finished, and the new ones begin where each handler stands. Exchanges must not overlap; everything else may
 * be asked by any thread.
 */
final class Journey {

    private final Stations stations;
    private final Duration stopTimeout;
    private final Map<String, HandlerCounts> countsBefore = new ConcurrentHashMap<>();
    private volatile List<StreamRun> runs = List.of();

    Journey(Stations stations, Duration stopTimeout) {
        this.stations = stations;
        this.stopTimeout = stopTimeout;
    }

    List<StreamRun> runs() {
        return runs;
    }

    Optional<StreamRun> runOf(String handlerId) {
        return runs.stream().filter(run -> run.feeds(handlerId)).findFirst();
    }

    /** How far the handlers have come that take part. */
    Map<String, Position> positions() {
        Map<String, Position> positions = new HashMap<>();
        runs.forEach(run -> positions.putAll(run.dispatcher().positions()));
        return positions;
    }

    /** What became of a handler's changes since the listeners started, whatever streams brought them. */
    HandlerCounts counts(String handlerId) {
        HandlerCounts before = countsBefore.getOrDefault(handlerId, HandlerCounts.NONE);
        return runOf(handlerId)
                .map(run -> run.dispatcher().state(handlerId).counts())
                .map(before::and)
                .orElse(before);
    }

    /**
     * The present thread must not be about to wait for itself.
     *
     * @throws OnChangeException if it works for a handler that one of these streams feeds
     */
    void refuseWithin(Predicate<StreamRun> streams) {
        runs.stream()
                .filter(streams)
                .filter(run -> run.dispatcher().isWorkedHere())
                .findFirst()
                .ifPresent(run -> {
                    throw new OnChangeException(List.of(new Problem(
                            ProblemCode.CALLED_FROM_HANDLER,
                            "stream " + run.plan().name(),
                            "the stream has to wait until what its handlers have begun is finished, and this is called by one"
                                    + " of them.",
                            "Call it in another thread, and do not wait for that in the handler.")));
                });
    }

    /** Whether the present thread works for a handler, as far as its thread tells. */
    boolean isWorkedHere() {
        return runs.stream().anyMatch(run -> run.dispatcher().isWorkedHere());
    }

    /** Closes the streams that the plan has not, or that feed one of {@code moved}; completes with final positions. */
    Mono<Map<String, Position>> close(Plan plan, Set<String> moved) {
        return Mono.defer(() -> {
            Predicate<StreamRun> differs = run -> plan.streams().stream().noneMatch(run::serves)
                    || moved.stream().anyMatch(run::feeds);
            refuseWithin(differs);
            List<StreamRun> closing = runs.stream().filter(differs).toList();
            return stopped(closing).then(Mono.fromSupplier(() -> {
                Map<String, Position> positions = new HashMap<>();
                closing.forEach(run -> {
                    positions.putAll(run.dispatcher().positions());
                    keepCounts(run);
                });
                runs = runs.stream().filter(run -> !closing.contains(run)).toList();
                return positions;
            }));
        });
    }

    /** Where handlers are to begin instead if streams are exchanged for those of the plan; nothing is changed yet. */
    Mono<Map<String, HandlerStart>> instead(Plan plan, Set<String> moved, Map<String, HandlerStart> starts) {
        List<StreamPlan> opening = plan.streams().stream()
                .filter(stream -> runs.stream()
                        .noneMatch(run -> run.serves(stream) && moved.stream().noneMatch(run::feeds)))
                .toList();
        return new ReachableStarts(stations.streams().startCheck()).instead(opening, starts);
    }

    /** Opens the streams of the plan that are not open; completes when all are. On failure none of these is left open. */
    Mono<Void> open(Declared declared, Map<String, HandlerStart> starts) {
        return Mono.defer(() -> {
            List<StreamRun> opening = missing(declared.plan()).stream()
                    .map(plan -> stations.run(declared, plan, starts))
                    .toList();
            return Flux.fromIterable(opening)
                    .flatMap(run -> run.dispatcher().start())
                    .then(Mono.<Void>fromRunnable(() -> add(opening)))
                    .onErrorResume(failure -> stopped(opening).then(Mono.error(failure)));
        });
    }

    /** Closes all streams and finishes what is in flight. */
    Mono<Void> stop() {
        return Mono.defer(() -> stopped(runs));
    }

    /** The same, except for calls of handlers that have closed the listeners. */
    Mono<Void> stopAroundOwnCalls() {
        // A stream may need the very thread of the call to close.
        return Mono.defer(() -> stopped(runs, StreamDispatcher::stopAroundOwnCalls))
                .timeout(stopTimeout.plus(Configuration.LEAST_SAVE_TIMEOUT), stations.timer())
                .onErrorComplete(TimeoutException.class);
    }

    private void keepCounts(StreamRun run) {
        run.plan().handlers().forEach(handler -> {
            String id = handler.spec().id();
            countsBefore.merge(id, run.dispatcher().state(id).counts(), HandlerCounts::and);
        });
    }

    /** The streams of the plan that are not open. */
    List<StreamPlan> missing(Plan plan) {
        return plan.streams().stream()
                .filter(stream -> runs.stream().noneMatch(run -> run.serves(stream)))
                .toList();
    }

    private void add(List<StreamRun> opened) {
        List<StreamRun> all = new ArrayList<>(runs);
        all.addAll(opened);
        runs = List.copyOf(all);
    }

    private Mono<Void> stopped(List<StreamRun> stopping) {
        return stopped(stopping, StreamDispatcher::stop);
    }

    private Mono<Void> stopped(List<StreamRun> stopping, BiFunction<StreamDispatcher, Duration, Mono<Void>> stop) {
        return Flux.fromIterable(stopping)
                .flatMap(run -> stop.apply(run.dispatcher(), stopTimeout)
                        .then(Mono.defer(() -> run.stream().closed())))
                .then();
    }
}
