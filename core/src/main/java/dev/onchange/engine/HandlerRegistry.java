package dev.onchange.engine;

import dev.onchange.checkpoint.FencedException;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.plan.StreamPlans;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.Partition;
import dev.onchange.status.HandlerState;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/**
 * Adds, removes, pauses, resumes and repositions handlers. A change closes the streams that it concerns and opens other
 * ones, which begin at the position of each handler: no handler misses a change or receives a settled change again.
 *
 * <p>Changes must not overlap.
 */
final class HandlerRegistry {

    private final EngineState state;
    private final ActiveStreams activeStreams;
    private final HandlerCatalog catalog;
    private final OperationQueue queue;
    private final ServerWait wait;
    private final Predicate<HandlerSpec> startsPaused;
    private final Map<String, StartPosition> begun = new HashMap<>();

    /** @param startsPaused whether a handler that comes is to receive nothing until it is resumed */
    HandlerRegistry(
            EngineState state,
            ActiveStreams activeStreams,
            HandlerCatalog catalog,
            OperationQueue queue,
            ServerWait wait,
            Predicate<HandlerSpec> startsPaused) {
        this.startsPaused = startsPaused;
        this.activeStreams = activeStreams;
        this.catalog = catalog;
        this.state = state;
        this.queue = queue;
        this.wait = wait;
    }

    /** Opens the streams for the first time. */
    void begin(Map<String, StartPosition> starts) {
        begun.putAll(starts);
        Map<String, PausedHandler> paused = startingPaused(state.declared(), Set.of(), starts);
        HandlerSet declared = planned(state.declared(), paused);
        begun.putAll(instead(declared.plan(), Set.of(), begun));
        state.setPaused(Map.copyOf(paused));
        state.setDeclared(declared);
        wait.end(activeStreams.opened(activeStreams.begin(declared, begun)));
    }

    /**
     * Handlers that come, and are declared to start paused or were paused elsewhere.
     *
     * @param present the ids of those that were there before
     */
    private Map<String, PausedHandler> startingPaused(
            HandlerSet all, Set<String> present, Map<String, StartPosition> starts) {
        Map<String, PausedHandler> paused = new LinkedHashMap<>();
        all.handlers().stream()
                .filter(spec -> !present.contains(spec.id()) && startsPaused.test(spec))
                .forEach(spec -> paused.put(spec.id(), new PausedHandler(null, startsOf(spec.id(), starts))));
        return paused;
    }

    private static Map<String, StartPosition> startsOf(String handlerId, Map<String, StartPosition> starts) {
        Map<String, StartPosition> own = new HashMap<>(starts);
        own.keySet().removeIf(id -> !Partition.handlerOf(id).equals(handlerId));
        return own;
    }

    /**
     * Removes handlers and adds other ones in one step. A handler that is added under the id of a removed one continues at
     * its position, also if the removed one had failed; a paused handler stays paused.
     *
     * @param next all handlers then
     * @param starts where new handlers begin
     * @param between done when the removed handlers have finished, before the added ones begin
     * @return the final positions of the removed handlers
     */
    Map<String, Position> exchange(
            Collection<String> leaving, HandlerSet next, Map<String, StartPosition> starts, Mono<Void> between) {
        Set<String> ids = ids(next);
        Map<String, Position> finals = state.positions();
        Map<String, PausedHandler> pausedBefore = noteFailed();
        Map<String, PausedHandler> remaining = staying(pausedBefore, leaving, ids);
        remaining.putAll(startingPaused(next, ids(state.declared()), starts));
        Map<String, StartPosition> moved = new HashMap<>(starts);
        pausedBefore.forEach((id, paused) -> {
            if (ids.contains(id) && !remaining.containsKey(id)) {
                moved.putAll(paused.starts());
            }
        });
        finals.putAll(change(next, remaining, moved, between));
        finals.keySet().removeIf(id -> !leaving.contains(Partition.handlerOf(id)));
        state.addDeparted(finals);
        state.removeDeparted(ids);
        begun.keySet().removeIf(id -> !ids.contains(Partition.handlerOf(id)));
        return finals;
    }

    /**
     * Lets partitions go and others come.
     *
     * @param come the terms of those that come, by id
     * @param starts where these begin
     * @return the final positions of those that go, which are to be saved
     */
    Map<String, Position> own(Set<String> gone, Map<String, Long> come, Map<String, StartPosition> starts) {
        Map<String, Position> finals = state.positions();
        Map<String, PausedHandler> pausedThen = pausedAmong(gone, starts);
        startingPaused(state.declared(), here(), starts).forEach((id, paused) -> {
            if (!paused.starts().isEmpty()) {
                pausedThen.putIfAbsent(id, paused);
            }
        });
        Map<String, StartPosition> moved = new HashMap<>(starts);
        moved.keySet().removeIf(id -> pausedThen.containsKey(Partition.handlerOf(id)));
        finals.putAll(change(state.declared(), pausedThen, moved, new Ownership(gone, come), Mono.empty()));
        finals.keySet().retainAll(gone);
        state.addDeparted(finals);
        begun.keySet().removeAll(gone);
        return finals;
    }

    /**
     * Takes partitions of a handler that cannot begin with them: it stands still, also what of it has listened here before,
     * until it is resumed.
     */
    void ownStopped(String id, Throwable reason, Map<String, Long> come, Map<String, StartPosition> starts) {
        Map<String, PausedHandler> pausedThen = noteFailed();
        Map<String, StartPosition> all = standing(id);
        all.putAll(starts);
        pausedThen.put(id, new PausedHandler(reason, all));
        change(state.declared(), pausedThen, Map.of(), new Ownership(Set.of(), come), Mono.empty());
    }

    /** The handlers of which this instance has a part. */
    private Set<String> here() {
        return state.declared().handlers().stream()
                .map(HandlerSpec::id)
                .filter(id -> !state.isElsewhere(id))
                .collect(Collectors.toSet());
    }

    /** A handler that is paused stays so as long as a part of it is here. */
    private Map<String, PausedHandler> pausedAmong(Set<String> gone, Map<String, StartPosition> come) {
        Map<String, PausedHandler> pausedThen = noteFailed();
        pausedThen.replaceAll((id, paused) -> {
            Map<String, StartPosition> parts = new HashMap<>(paused.starts());
            come.forEach((part, start) -> {
                if (Partition.handlerOf(part).equals(id)) {
                    parts.put(part, start);
                }
            });
            parts.keySet().removeAll(gone);
            return new PausedHandler(paused.reason(), parts);
        });
        pausedThen.values().removeIf(paused -> paused.starts().isEmpty());
        return pausedThen;
    }

    /** Lets partitions go that are another instance's by now: nothing of them is kept. */
    void drop(Set<String> lost) {
        Ownership ownership = new Ownership(lost, Map.of());
        change(state.declared(), pausedAmong(lost, Map.of()), Map.of(), ownership, Mono.empty());
        begun.keySet().removeAll(lost);
    }

    /** The streams that an exchange would open if all handlers were this instance's; does nothing yet. */
    StreamPlans opening(Collection<String> leaving, HandlerSet next) {
        Map<String, PausedHandler> remaining = staying(noteFailed(), leaving, ids(next));
        remaining.putAll(startingPaused(next, ids(state.declared()), Map.of()));
        List<HandlerSpec> active = next.handlers().stream()
                .filter(spec -> !remaining.containsKey(spec.id()))
                .toList();
        return new StreamPlans(activeStreams.missing(planOf(next, active).plan()));
    }

    private static Map<String, PausedHandler> staying(
            Map<String, PausedHandler> pausedBefore, Collection<String> leaving, Set<String> idsThen) {
        Map<String, PausedHandler> staying = new LinkedHashMap<>(pausedBefore);
        staying.entrySet()
                .removeIf(entry -> leaving.contains(entry.getKey())
                        && (!idsThen.contains(entry.getKey())
                                || entry.getValue().reason() != null));
        return staying;
    }

    private static Set<String> ids(HandlerSet declared) {
        return declared.handlers().stream().map(HandlerSpec::id).collect(Collectors.toSet());
    }

    private List<HandlerSpec> active(HandlerSet all, Map<String, PausedHandler> pausedHandlers) {
        return all.handlers().stream()
                .filter(spec -> !pausedHandlers.containsKey(spec.id())
                        && !state.owned().of(spec).isEmpty())
                .toList();
    }

    /** Lets a handler receive nothing. */
    void paused(String id) {
        Map<String, PausedHandler> next = noteFailed();
        next.put(id, new PausedHandler(null, standing(id)));
        change(state.declared(), next, Map.of());
    }

    /** Resumes a handler that is paused, or whose stream has failed. */
    void resume(String id) {
        Map<String, PausedHandler> next = noteFailed();
        PausedHandler paused = next.remove(id);
        if (paused != null) {
            change(state.declared(), next, paused.starts());
        } else if (activeStreams
                .runOf(id)
                .filter(run -> run.active() && !run.hasFailed())
                .isEmpty()) {
            change(state.declared(), next, standing(id));
        }
    }

    /**
     * Repositions a handler; a paused one begins there when it is resumed.
     *
     * @param there the positions of those of its partitions that are to be repositioned
     * @param between done when the handler has finished, before it begins there
     */
    void move(String id, Map<String, Position> there, Mono<Void> between) {
        Map<String, StartPosition> starts = new HashMap<>();
        there.forEach((partition, position) -> starts.put(partition, new StartPosition.After(position)));
        Map<String, PausedHandler> next = noteFailed();
        Map<String, StartPosition> standing = standing(id);
        standing.putAll(starts);
        if (next.computeIfPresent(id, (any, paused) -> new PausedHandler(paused.reason(), standing)) == null) {
            change(state.declared(), next, starts, between);
            return;
        }
        Map<String, PausedHandler> before = state.paused();
        state.setPaused(next);
        try {
            wait.answer(between);
        } catch (RuntimeException | Error e) {
            state.setPaused(before);
            throw e;
        }
    }

    /** Plans anew. */
    void replan() {
        Map<String, PausedHandler> pausedHandlers = noteFailed();
        HandlerSet declared = state.declared();
        HandlerSet all = declared.withPlanOf(catalog.planned(declared, active(declared, pausedHandlers)));
        change(all, pausedHandlers, Map.of());
    }

    /** With the streams of the handlers that are not paused; a plan for exactly these is kept. */
    private HandlerSet planned(HandlerSet all, Map<String, PausedHandler> pausedHandlers) {
        return planOf(all, active(all, pausedHandlers));
    }

    private HandlerSet planOf(HandlerSet all, List<HandlerSpec> active) {
        return all.plan().isFor(active) ? all : all.withPlanOf(catalog.planned(all, active));
    }

    private Map<String, StartPosition> instead(StreamPlans plan, Set<String> moved, Map<String, StartPosition> starts) {
        return Objects.requireNonNull(wait.answer(activeStreams.instead(plan, moved, starts)));
    }

    /** Where a handler goes on, by the ids of its partitions. */
    Map<String, StartPosition> standing(String id) {
        Map<String, Position> positions = state.positions();
        Map<String, StartPosition> standing = new HashMap<>();
        for (String partition : ownedOf(id)) {
            Position position = positions.get(partition);
            standing.put(
                    partition,
                    position == null
                            ? Objects.requireNonNull(begun.get(partition))
                            : new StartPosition.After(position));
        }
        return standing;
    }

    private List<String> ownedOf(String handlerId) {
        return state.declared().handlers().stream()
                .filter(spec -> spec.id().equals(handlerId))
                .flatMap(spec -> state.owned().of(spec).stream())
                .map(Partition::id)
                .toList();
    }

    /**
     * Handlers that have stopped by themselves must not begin again because their stream does. One that was fenced has not: it
     * begins again if it is given back.
     */
    private Map<String, PausedHandler> noteFailed() {
        Map<String, PausedHandler> found = new LinkedHashMap<>(state.paused());
        state.streams()
                .forEach(run -> run.plan().handlers().forEach(handler -> {
                    String id = handler.spec().id();
                    HandlerState state = ownState(run, id);
                    boolean fenced = state.reason() instanceof FencedException;
                    if (state.phase() == HandlerState.Phase.FAILED && !fenced) {
                        found.putIfAbsent(id, new PausedHandler(state.reason(), standing(id)));
                    }
                }));
        return found;
    }

    /** Of the partitions that other instances have taken over, the others need not wait. */
    private HandlerState ownState(ActiveStream run, String handlerId) {
        return run.partitionIds(handlerId).stream()
                .filter(state.owned()::has)
                .map(run.dispatcher()::state)
                .reduce(HandlerState::and)
                .orElseGet(() -> run.state(handlerId));
    }

    private Map<String, Position> change(
            HandlerSet all, Map<String, PausedHandler> pausedThen, Map<String, StartPosition> moved) {
        return change(all, pausedThen, moved, Mono.empty());
    }

    private Map<String, Position> change(
            HandlerSet all,
            Map<String, PausedHandler> pausedThen,
            Map<String, StartPosition> moved,
            Mono<Void> between) {
        return change(all, pausedThen, moved, Ownership.SAME, between);
    }

    /**
     * What this instance owns no longer, and what it owns besides, with which terms.
     *
     * @param gone partitions whose queued deliveries are finished, so that nothing settled lies beyond their positions
     */
    private record Ownership(Set<String> gone, Map<String, Long> come) {

        static final Ownership SAME = new Ownership(Set.of(), Map.of());

        /** What takes it back. */
        Ownership undo(OwnedPartitions before) {
            Map<String, Long> back = new HashMap<>();
            gone.stream().filter(before::has).forEach(id -> back.put(id, before.term(id)));
            return new Ownership(come.keySet(), back);
        }
    }

    private void own(Ownership ownership) {
        if (!ownership.equals(Ownership.SAME)) {
            state.setOwned(owned -> owned.without(ownership.gone()).with(ownership.come()));
        }
    }

    private Map<String, Position> change(
            HandlerSet all,
            Map<String, PausedHandler> pausedThen,
            Map<String, StartPosition> moved,
            Ownership ownership,
            Mono<Void> between) {
        Ownership undo = ownership.undo(state.owned());
        own(ownership);
        try {
            return exchangeStreams(all, pausedThen, moved, ownership.gone(), between, undo);
        } catch (RuntimeException | Error e) {
            own(undo);
            throw e;
        }
    }

    private Map<String, Position> exchangeStreams(
            HandlerSet all,
            Map<String, PausedHandler> pausedThen,
            Map<String, StartPosition> moved,
            Set<String> gone,
            Mono<Void> between,
            Ownership undo) {
        HandlerSet next = planned(all, pausedThen);
        Map<String, StartPosition> expected = new HashMap<>(begun);
        state.streamPositions().forEach((id, position) -> expected.put(id, new StartPosition.After(position)));
        expected.putAll(moved);
        Set<String> touched = new HashSet<>(moved.keySet());
        touched.addAll(gone);
        Map<String, StartPosition> instead = instead(next.plan(), touched, expected);
        Before before = new Before(state.declared(), state.paused(), new HashMap<>(begun));
        try {
            Map<String, Position> finalPositions =
                    Objects.requireNonNull(wait.end(activeStreams.close(next.plan(), touched, gone, queue.caller())));
            finalPositions.forEach((id, position) -> before.starts().put(id, new StartPosition.After(position)));
            state.setMoving(StartPosition.positionsOf(moved));
            wait.answer(between);
            Map<String, StartPosition> starts = new HashMap<>(before.starts());
            starts.putAll(moved);
            starts.putAll(instead);
            state.setPaused(placed(pausedThen, finalPositions));
            List<ActiveStream> opening = activeStreams.begin(next, starts);
            state.setDeclared(next);
            wait.end(activeStreams.opened(opening));
            begun.putAll(starts);
            return finalPositions;
        } catch (RuntimeException | Error e) {
            if (!queue.hasEnded()) {
                own(undo);
                noteProgress(before, moved.keySet());
                restore(before, e);
            }
            throw e;
        } finally {
            state.setMoving(Map.of());
        }
    }

    private static Map<String, PausedHandler> placed(
            Map<String, PausedHandler> pausedHandlers, Map<String, Position> finalPositions) {
        Map<String, PausedHandler> placed = new LinkedHashMap<>(pausedHandlers);
        placed.replaceAll((id, paused) -> paused.at(finalPositions));
        return Map.copyOf(placed);
    }

    /** The state before a change, which is restored if the change fails. */
    private record Before(
            HandlerSet declared, Map<String, PausedHandler> pausedHandlers, Map<String, StartPosition> starts) {}

    /** Some of the new streams may have been open for a while. */
    private void noteProgress(Before before, Set<String> moved) {
        state.streamPositions().forEach((id, position) -> {
            StartPosition start = moved.contains(id) ? null : before.starts().get(id);
            if (start != null && (start.position() == null || position.isAfter(start.position()))) {
                before.starts().put(id, new StartPosition.After(position));
            }
        });
    }

    private void restore(Before before, Throwable failure) {
        state.setMoving(Map.of());
        begun.putAll(before.starts());
        Set<String> ids = ids(before.declared());
        begun.keySet().removeIf(id -> !ids.contains(Partition.handlerOf(id)));
        state.setDeclared(before.declared());
        state.setPaused(before.pausedHandlers());
        try {
            wait.end(activeStreams.openedSoon(activeStreams.begin(before.declared(), before.starts())));
        } catch (RuntimeException | Error further) {
            failure.addSuppressed(further);
            state.setPaused(leftOut(before, failure));
        }
    }

    private Map<String, StartPosition> startsOf(String handlerId, Before before) {
        Map<String, StartPosition> starts = new HashMap<>();
        ownedOf(handlerId)
                .forEach(id ->
                        starts.put(id, Objects.requireNonNull(before.starts().get(id))));
        return starts;
    }

    /** Handlers that no stream feeds although they should be fed: they stand still until they are resumed. */
    private Map<String, PausedHandler> leftOut(Before before, Throwable failure) {
        Map<String, PausedHandler> all = new LinkedHashMap<>(before.pausedHandlers());
        before.declared().handlers().stream()
                .map(HandlerSpec::id)
                .filter(id ->
                        activeStreams.runOf(id).filter(ActiveStream::active).isEmpty())
                .forEach(id -> all.putIfAbsent(id, new PausedHandler(failure, startsOf(id, before))));
        return Map.copyOf(all);
    }
}
