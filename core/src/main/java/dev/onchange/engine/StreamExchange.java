package dev.onchange.engine;

import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.message.ServerErrors;
import dev.onchange.engine.plan.StreamPlans;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.Partition;
import dev.onchange.problem.ProblemCode;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Exchanges the streams of some handlers for those of others: closes those that differ, opens the new ones at the position of
 * each handler, and takes everything back if that fails. Changes must not overlap.
 */
final class StreamExchange {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerEngine.class);

    private final EngineState state;
    private final ActiveStreams activeStreams;
    private final HandlerCatalog catalog;
    private final OperationQueue queue;
    private final ServerWait wait;
    private final Map<String, StartPosition> begun = new HashMap<>();

    StreamExchange(
            EngineState state,
            ActiveStreams activeStreams,
            HandlerCatalog catalog,
            OperationQueue queue,
            ServerWait wait) {
        this.state = state;
        this.activeStreams = activeStreams;
        this.catalog = catalog;
        this.queue = queue;
        this.wait = wait;
    }

    /**
     * What is to be.
     *
     * @param all handlers
     * @param paused those that receive nothing
     * @param moved where handlers begin elsewhere than they stand, by the ids of their partitions
     * @param goingOn those of these partitions that go on where they have ended, if that is known only when their streams are closed
     * @param ownership what this instance owns no longer, and what it owns besides
     * @param between done when the closed streams have finished, before others open
     * @param withoutServer whether it is done even if the server is away: streams open when it is back
     */
    record Change(
            HandlerSet all,
            Map<String, PausedHandler> paused,
            Map<String, StartPosition> moved,
            Set<String> goingOn,
            Ownership ownership,
            Mono<Void> between,
            boolean withoutServer) {

        static Change of(HandlerSet all, Map<String, PausedHandler> paused) {
            return new Change(all, paused, Map.of(), Set.of(), Ownership.SAME, Mono.empty(), false);
        }

        Change moving(Map<String, StartPosition> starts) {
            return new Change(all, paused, starts, goingOn, ownership, between, withoutServer);
        }

        /** A handler that has stopped by itself is perhaps still at changes that it had begun: it goes on after these. */
        Change goingOn(Set<String> partitions) {
            return new Change(all, paused, moved, partitions, ownership, between, withoutServer);
        }

        Change owning(Set<String> gone, Map<String, Long> come) {
            return new Change(all, paused, moved, goingOn, new Ownership(gone, come), between, withoutServer);
        }

        Change between(Mono<Void> work) {
            return new Change(all, paused, moved, goingOn, ownership, work, withoutServer);
        }

        Change evenWithoutServer() {
            return new Change(all, paused, moved, goingOn, ownership, between, true);
        }

        private Map<String, StartPosition> movedAfter(Map<String, Position> finalPositions) {
            Map<String, StartPosition> starts = new HashMap<>(moved);
            for (String id : goingOn) {
                Position end = finalPositions.get(id);
                if (end != null) {
                    starts.put(id, new StartPosition.After(end));
                }
            }
            return starts;
        }

        private Set<String> touched() {
            Set<String> touched = new HashSet<>(moved.keySet());
            touched.addAll(ownership.gone());
            return touched;
        }

        /** The handlers that begin at the present time. */
        private Set<String> beginning() {
            Set<String> beginning = new HashSet<>();
            moved.keySet().forEach(id -> beginning.add(Partition.handlerOf(id)));
            moved.forEach((id, start) -> {
                if (!(start instanceof StartPosition.Now)) {
                    beginning.remove(Partition.handlerOf(id));
                }
            });
            return beginning;
        }
    }

    /**
     * What this instance owns no longer, and what it owns besides, with which terms.
     *
     * @param gone partitions whose queued deliveries are finished, so that nothing settled lies beyond their positions
     */
    record Ownership(Set<String> gone, Map<String, Long> come) {

        private static final Ownership SAME = new Ownership(Set.of(), Map.of());

        /** What takes it back. */
        private Ownership undo(OwnedPartitions before) {
            Map<String, Long> back = new HashMap<>();
            gone.stream().filter(before::has).forEach(id -> back.put(id, before.term(id)));
            return new Ownership(come.keySet(), back);
        }
    }

    /** The state before a change, which is restored if the change fails. */
    private record Before(
            HandlerSet declared, Map<String, PausedHandler> pausedHandlers, Map<String, StartPosition> starts) {}

    /** Opens streams for the first time. */
    void begin(Map<String, StartPosition> starts, Map<String, PausedHandler> paused) {
        begun.putAll(StartPosition.fixed(starts));
        HandlerSet declared = planned(state.declared(), paused);
        begun.putAll(instead(declared.plan(), Set.of(), List.of(), begun));
        state.setPaused(Map.copyOf(paused));
        state.setDeclared(declared);
        wait.end(activeStreams.opened(activeStreams.begin(declared, begun, List.of())));
    }

    /** Where these partitions begin without a change of theirs is no longer of interest. */
    void forgetStarts(Collection<String> partitionIds) {
        begun.keySet().removeAll(partitionIds);
    }

    /** The same of all other handlers than these. */
    void keepStarts(Set<String> handlerIds) {
        begun.keySet().removeIf(id -> !handlerIds.contains(Partition.handlerOf(id)));
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

    /** With the streams of the handlers that are here and not paused; a plan for exactly these is kept. */
    HandlerSet planned(HandlerSet all, Map<String, PausedHandler> paused) {
        return planOf(all, active(all, paused));
    }

    /** With the streams of these handlers. */
    HandlerSet planOf(HandlerSet all, List<HandlerSpec> active) {
        return all.plan().isFor(active) ? all : all.withPlanOf(catalog.planned(all, active));
    }

    /** The handlers that are here and not paused. */
    List<HandlerSpec> active(HandlerSet all, Map<String, PausedHandler> paused) {
        return all.handlers().stream()
                .filter(spec -> !paused.containsKey(spec.id()) && state.owned().hasAnyOf(spec))
                .toList();
    }

    /** Makes a change; returns the final positions of what was closed. */
    Map<String, Position> perform(Change change) {
        Ownership undo = change.ownership().undo(state.owned());
        state.exchangeBegins(change.ownership().come().keySet());
        own(change.ownership());
        try {
            return exchange(change, undo);
        } catch (RuntimeException | Error e) {
            own(undo);
            throw e;
        } finally {
            state.exchangeEnds();
        }
    }

    private void own(Ownership ownership) {
        if (!ownership.equals(Ownership.SAME)) {
            state.setOwned(owned -> owned.without(ownership.gone()).with(ownership.come()));
        }
    }

    private Map<String, Position> exchange(Change change, Ownership undo) {
        HandlerSet next = planned(change.all(), change.paused());
        Map<String, StartPosition> expected = new HashMap<>(begun);
        state.streamPositions().forEach((id, position) -> expected.put(id, new StartPosition.After(position)));
        expected.putAll(change.moved());
        Set<String> touched = change.touched();
        List<Continuation> continuing =
                change.withoutServer() ? List.of() : activeStreams.continuing(next.plan(), touched, change.beginning());
        Map<String, StartPosition> instead = instead(change, next.plan(), continuing, expected);
        Before before = new Before(state.declared(), state.paused(), new HashMap<>(begun));
        Map<String, Position> finalPositions = Map.of();
        try {
            finalPositions = Objects.requireNonNull(wait.end(
                    activeStreams.close(next.plan(), touched, change.ownership().gone(), continuing, queue.caller())));
            finalPositions.forEach((id, position) -> before.starts().put(id, new StartPosition.After(position)));
            Map<String, StartPosition> moved = change.movedAfter(finalPositions);
            state.setMoving(StartPosition.positionsOf(moved));
            wait.answer(change.between());
            Map<String, StartPosition> starts = new HashMap<>(before.starts());
            starts.putAll(moved);
            starts.putAll(instead);
            state.setPaused(placed(change.paused(), finalPositions));
            List<ActiveStream> opening = activeStreams.begin(next, starts, continuing);
            state.setDeclared(next);
            if (change.withoutServer()) {
                openSoon(opening);
            } else {
                wait.end(activeStreams.opened(opening, continuing, next, starts));
                continuing.forEach(each -> each.run().dispatcher().renewRoutes());
            }
            begun.putAll(StartPosition.fixed(starts));
            return finalPositions;
        } catch (RuntimeException | Error e) {
            if (!queue.hasEnded()) {
                own(undo);
                wait.end(activeStreams.undone(continuing));
                noteProgress(before, change.moved().keySet());
                restore(before, e);
            } else {
                // Closed meanwhile: handlers that no stream feeds now are saved where they have ended.
                state.addDeparted(finalPositions);
            }
            throw e;
        } finally {
            state.setMoving(Map.of());
        }
    }

    private void openSoon(List<ActiveStream> opening) {
        wait.end(activeStreams.openedSoon(opening));
        for (ActiveStream run : opening) {
            Throwable failure = run.failure();
            if (failure != null) {
                throw OperationQueue.unwrapped(failure);
            }
        }
    }

    private Map<String, StartPosition> instead(
            Change change, StreamPlans plan, List<Continuation> continuing, Map<String, StartPosition> expected) {
        try {
            return change.withoutServer()
                    ? insteadSoon(plan, change.touched(), expected)
                    : instead(plan, change.touched(), continuing, expected);
        } catch (RuntimeException failure) {
            if (change.withoutServer() && isAway(failure)) {
                LOG.debug("Where streams begin is seen when the server is back", failure);
                return Map.of();
            }
            throw failure;
        }
    }

    private static boolean isAway(Throwable failure) {
        return ServerErrors.isTransient(failure)
                || failure instanceof OnChangeException known
                        && known.problems().stream()
                                .anyMatch(problem -> problem.code() == ProblemCode.SERVER_UNAVAILABLE
                                        || problem.code() == ProblemCode.STREAM_NOT_OPENED);
    }

    private Map<String, StartPosition> instead(
            StreamPlans plan, Set<String> touched, List<Continuation> continuing, Map<String, StartPosition> starts) {
        return Objects.requireNonNull(wait.answer(activeStreams.instead(plan, touched, continuing, starts)));
    }

    private Map<String, StartPosition> insteadSoon(
            StreamPlans plan, Set<String> touched, Map<String, StartPosition> starts) {
        return Objects.requireNonNull(wait.end(activeStreams
                .instead(plan, touched, List.of(), starts)
                .timeout(EngineConfiguration.SHORT_OPENING, Mono.just(Map.of()), wait.timer())));
    }

    private static Map<String, PausedHandler> placed(
            Map<String, PausedHandler> pausedHandlers, Map<String, Position> finalPositions) {
        Map<String, PausedHandler> placed = new LinkedHashMap<>(pausedHandlers);
        placed.replaceAll((id, paused) -> paused.at(finalPositions));
        return Map.copyOf(placed);
    }

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
        keepStarts(before.declared().handlers().stream().map(HandlerSpec::id).collect(Collectors.toSet()));
        state.setDeclared(before.declared());
        state.setPaused(before.pausedHandlers());
        try {
            wait.end(activeStreams.openedSoon(activeStreams.begin(before.declared(), before.starts(), List.of())));
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
