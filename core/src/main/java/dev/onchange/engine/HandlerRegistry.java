package dev.onchange.engine;

import dev.onchange.checkpoint.FencedException;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.StreamExchange.Change;
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
    private final StreamExchange exchange;
    private final ServerWait wait;
    private final Predicate<HandlerSpec> startsPaused;

    /** @param startsPaused whether a handler that comes is to receive nothing until it is resumed */
    HandlerRegistry(
            EngineState state,
            ActiveStreams activeStreams,
            HandlerCatalog catalog,
            StreamExchange exchange,
            ServerWait wait,
            Predicate<HandlerSpec> startsPaused) {
        this.startsPaused = startsPaused;
        this.activeStreams = activeStreams;
        this.catalog = catalog;
        this.state = state;
        this.exchange = exchange;
        this.wait = wait;
    }

    /** Opens the streams for the first time. */
    void begin(Map<String, StartPosition> starts) {
        exchange.begin(starts, startingPaused(state.declared(), Set.of(), starts));
    }

    /**
     * Handlers that come here, and are declared to start paused or were paused elsewhere.
     *
     * @param present the ids of those that were there before
     */
    private Map<String, PausedHandler> startingPaused(
            HandlerSet all, Set<String> present, Map<String, StartPosition> starts) {
        Map<String, PausedHandler> paused = new LinkedHashMap<>();
        all.handlers().stream()
                .filter(spec -> !present.contains(spec.id()) && startsPaused.test(spec))
                .forEach(spec -> paused.put(spec.id(), new PausedHandler(null, startsOf(spec.id(), starts))));
        paused.values().removeIf(handler -> handler.starts().isEmpty());
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
        Set<String> goingOn = new HashSet<>();
        pausedBefore.forEach((id, paused) -> {
            if (ids.contains(id) && !remaining.containsKey(id)) {
                moved.putAll(paused.starts());
                goingOn.addAll(ending(id, paused));
            }
        });
        finals.putAll(exchange.perform(
                Change.of(next, remaining).moving(moved).goingOn(goingOn).between(between)));
        finals.keySet().removeIf(id -> !leaving.contains(Partition.handlerOf(id)));
        state.addDeparted(finals);
        state.removeDeparted(ids);
        exchange.keepStarts(ids);
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
        startingPaused(state.declared(), here(), starts).forEach(pausedThen::putIfAbsent);
        Map<String, StartPosition> moved = new HashMap<>(starts);
        moved.keySet().removeIf(id -> pausedThen.containsKey(Partition.handlerOf(id)));
        finals.putAll(exchange.perform(
                Change.of(state.declared(), pausedThen).moving(moved).owning(gone, come)));
        finals.keySet().retainAll(gone);
        state.addDeparted(finals);
        exchange.forgetStarts(gone);
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
        exchange.perform(Change.of(state.declared(), pausedThen).owning(Set.of(), come));
    }

    /** The handlers of which this instance has a part. */
    private Set<String> here() {
        OwnedPartitions owned = state.owned();
        return state.declared().handlers().stream()
                .filter(spec -> owned.hasAnyOf(spec))
                .map(HandlerSpec::id)
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

    /**
     * Lets partitions go that are another instance's by now: nothing of them is kept. That they were lost may be because the
     * server cannot be reached.
     */
    void drop(Set<String> lost) {
        exchange.perform(Change.of(state.declared(), pausedAmong(lost, Map.of()))
                .owning(lost, Map.of())
                .evenWithoutServer());
        exchange.forgetStarts(lost);
    }

    /** The streams that an exchange would open if all handlers were this instance's; does nothing yet. */
    StreamPlans opening(Collection<String> leaving, HandlerSet next) {
        Map<String, PausedHandler> remaining = staying(noteFailed(), leaving, ids(next));
        Set<String> present = ids(state.declared());
        List<HandlerSpec> active = next.handlers().stream()
                .filter(spec -> !remaining.containsKey(spec.id()))
                .filter(spec -> present.contains(spec.id()) || !startsPaused.test(spec))
                .toList();
        return activeStreams.toBeAsked(exchange.planOf(next, active).plan());
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

    /** Lets a handler receive nothing, at once also if the server is away. */
    void paused(String id) {
        Map<String, PausedHandler> next = noteFailed();
        next.put(id, new PausedHandler(null, standing(id)));
        exchange.perform(Change.of(state.declared(), next).evenWithoutServer());
    }

    /** Resumes a handler that is paused, or whose stream has failed. */
    void resume(String id) {
        Map<String, PausedHandler> next = noteFailed();
        PausedHandler paused = next.remove(id);
        if (paused != null) {
            exchange.perform(
                    Change.of(state.declared(), next).moving(paused.starts()).goingOn(ending(id, paused)));
        } else if (activeStreams
                .runOf(id)
                .filter(run -> run.active() && !run.hasFailed())
                .isEmpty()) {
            exchange.perform(Change.of(state.declared(), next).moving(standing(id)));
        }
    }

    /** The partitions that still end, as it was not known before that their handler has stopped by itself. */
    private Set<String> ending(String id, PausedHandler noted) {
        return state.paused().containsKey(id) ? Set.of() : noted.starts().keySet();
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
            exchange.perform(Change.of(state.declared(), next).moving(starts).between(between));
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
        HandlerSet all = declared.withPlanOf(catalog.planned(declared, exchange.active(declared, pausedHandlers)));
        exchange.perform(Change.of(all, pausedHandlers));
    }

    /** Where a handler goes on, by the ids of its partitions. */
    Map<String, StartPosition> standing(String id) {
        return exchange.standing(id);
    }

    /**
     * Handlers that have stopped by themselves must not begin again because their stream does. One that was fenced has not: it
     * begins again if it is given back.
     */
    private Map<String, PausedHandler> noteFailed() {
        Map<String, PausedHandler> found = new LinkedHashMap<>(state.paused());
        state.streams()
                .forEach(run -> run.dispatcher().failed().stream()
                        .map(Partition::handlerOf)
                        .distinct()
                        .forEach(id -> {
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
}
