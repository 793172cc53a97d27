package dev.onchange;

import dev.onchange.checkpoint.Position;
import dev.onchange.plan.Plan;
import dev.onchange.retry.HandlerState;
import dev.onchange.scan.HandlerSpec;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/**
 * Who takes part, who rests, and the streams that follow from it. A change of the line-up closes the streams that it
 * concerns and opens others, which begin where each handler stands: nobody misses a change, and nobody is given one
 * again that is settled.
 *
 * <p>Changes must not overlap.
 */
final class Lineup {

    private final Journey journey;
    private final Declarations declarations;
    private final Map<String, HandlerStart> begun = new HashMap<>();
    private volatile Declared declared;
    private volatile Map<String, Rest> resting = Map.of();

    /** @param declared all handlers; none takes part yet */
    Lineup(Journey journey, Declarations declarations, Declared declared) {
        this.journey = journey;
        this.declarations = declarations;
        this.declared = declared;
    }

    /** All handlers, and the plan of those that take part. */
    Declared declared() {
        return declared;
    }

    /** Those that receive nothing. */
    Map<String, Rest> resting() {
        return resting;
    }

    /** The ids of the handlers that write in a transaction. */
    Set<String> transactional() {
        return declared.handlers().stream()
                .filter(HandlerSpec::transactional)
                .map(HandlerSpec::id)
                .collect(Collectors.toSet());
    }

    /** Opens the streams for the first time. */
    void begin(Map<String, HandlerStart> starts) {
        begun.putAll(starts);
        begun.putAll(instead(declared.plan(), Set.of(), begun));
        journey.open(declared, begun).block();
    }

    /** How far each handler has come, those included that rest. */
    Map<String, Position> positions() {
        Map<String, Position> positions = journey.positions();
        resting.forEach((id, rest) -> {
            Position position = rest.position();
            if (position != null) {
                positions.put(id, position);
            }
        });
        return positions;
    }

    /**
     * Lets handlers go and others come in one step. Who comes under the id of one that goes continues where that stood,
     * also if that had stopped by itself; one that was paused stays so.
     *
     * @param next all handlers then
     * @param starts where those begin that are new
     * @param between done when those that go have finished, before those that come begin
     * @return where those stood that go
     */
    Map<String, Position> exchange(
            Collection<String> leaving, Declared next, Map<String, HandlerStart> starts, Mono<Void> between) {
        Set<String> ids = ids(next);
        Map<String, Position> finals = positions();
        Map<String, Rest> rested = noteFailed();
        Map<String, Rest> remaining = staying(rested, leaving, ids);
        Map<String, HandlerStart> moved = new HashMap<>(starts);
        rested.forEach((id, rest) -> {
            if (ids.contains(id) && !remaining.containsKey(id)) {
                moved.put(id, rest.start());
            }
        });
        finals.putAll(change(next, remaining, moved, between));
        finals.keySet().retainAll(leaving);
        begun.keySet().retainAll(ids);
        return finals;
    }

    /** The streams that an exchange would open; does nothing yet. */
    Plan opening(Collection<String> leaving, Declared next) {
        Map<String, Rest> remaining = staying(noteFailed(), leaving, ids(next));
        Plan plan = declarations.planned(next, active(next, remaining)).plan();
        return new Plan(journey.missing(plan));
    }

    private static Map<String, Rest> staying(
            Map<String, Rest> rested, Collection<String> leaving, Set<String> idsThen) {
        Map<String, Rest> staying = new LinkedHashMap<>(rested);
        staying.entrySet()
                .removeIf(entry -> leaving.contains(entry.getKey())
                        && (!idsThen.contains(entry.getKey())
                                || entry.getValue().reason() != null));
        return staying;
    }

    private static Set<String> ids(Declared declared) {
        return declared.handlers().stream().map(HandlerSpec::id).collect(Collectors.toSet());
    }

    private static List<HandlerSpec> active(Declared all, Map<String, Rest> resting) {
        return all.handlers().stream()
                .filter(spec -> !resting.containsKey(spec.id()))
                .toList();
    }

    /** Lets a handler receive nothing. */
    void rest(String id) {
        Map<String, Rest> next = noteFailed();
        next.put(id, new Rest(null, standing(id)));
        Position position = change(declared, next, Map.of()).get(id);
        if (position != null) {
            next.put(id, new Rest(null, new HandlerStart.After(position)));
            resting = Map.copyOf(next);
        }
    }

    /** Lets a handler that rests, or whose stream has failed, take part again. */
    void wake(String id) {
        Map<String, Rest> next = noteFailed();
        Rest rest = next.remove(id);
        if (rest != null) {
            change(declared, next, Map.of(id, rest.start()));
        } else if (journey.runOf(id).filter(StreamRun::hasFailed).isPresent()) {
            change(declared, next, Map.of(id, standing(id)));
        }
    }

    /** Lets a handler go on elsewhere; one that rests does so when it wakes. */
    void move(String id, Position position) {
        HandlerStart start = new HandlerStart.After(position);
        Map<String, Rest> next = noteFailed();
        if (next.computeIfPresent(id, (any, rest) -> new Rest(rest.reason(), start)) == null) {
            change(declared, next, Map.of(id, start));
        } else {
            resting = Map.copyOf(next);
        }
    }

    /** Plans anew. */
    void replan() {
        change(declared, noteFailed(), Map.of());
    }

    private Map<String, HandlerStart> instead(Plan plan, Set<String> moved, Map<String, HandlerStart> starts) {
        return Objects.requireNonNull(journey.instead(plan, moved, starts).block());
    }

    private HandlerStart standing(String id) {
        Position position = positions().get(id);
        return position == null ? Objects.requireNonNull(begun.get(id)) : new HandlerStart.After(position);
    }

    /** Handlers that have stopped by themselves must not begin again because their stream does. */
    private Map<String, Rest> noteFailed() {
        Map<String, Rest> found = new LinkedHashMap<>(resting);
        journey.runs()
                .forEach(run -> run.plan().handlers().forEach(handler -> {
                    String id = handler.spec().id();
                    HandlerState state = run.dispatcher().state(id);
                    if (state.phase() == HandlerState.Phase.FAILED) {
                        found.putIfAbsent(id, new Rest(state.reason(), standing(id)));
                    }
                }));
        return found;
    }

    private Map<String, Position> change(Declared all, Map<String, Rest> restingThen, Map<String, HandlerStart> moved) {
        return change(all, restingThen, moved, Mono.empty());
    }

    private Map<String, Position> change(
            Declared all, Map<String, Rest> restingThen, Map<String, HandlerStart> moved, Mono<Void> between) {
        Declared next = all.withPlanOf(declarations.planned(all, active(all, restingThen)));
        Map<String, HandlerStart> expected = new HashMap<>(begun);
        journey.positions().forEach((id, position) -> expected.put(id, new HandlerStart.After(position)));
        expected.putAll(moved);
        Map<String, HandlerStart> instead = instead(next.plan(), moved.keySet(), expected);
        Map<String, Position> stood = Objects.requireNonNull(
                journey.close(next.plan(), moved.keySet()).block());
        Map<String, HandlerStart> starts = new HashMap<>(begun);
        stood.forEach((id, position) -> starts.put(id, new HandlerStart.After(position)));
        Map<String, HandlerStart> before = Map.copyOf(starts);
        starts.putAll(moved);
        starts.putAll(instead);
        try {
            between.then(journey.open(next, starts)).block();
        } catch (RuntimeException e) {
            journey.open(declared, before).block();
            throw e;
        }
        begun.putAll(starts);
        declared = next;
        resting = Map.copyOf(restingThen);
        return stood;
    }
}
