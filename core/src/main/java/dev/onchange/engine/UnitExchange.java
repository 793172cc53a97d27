package dev.onchange.engine;

import com.mongodb.MongoException;
import dev.onchange.ChangeListeners;
import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.FencedException;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.checkpoint.Checkpointer;
import dev.onchange.engine.cluster.UnitOwner;
import dev.onchange.engine.message.CountedNames;
import dev.onchange.engine.message.ServerErrors;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.Partition;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.ListenerEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** Lets partitions of handlers come and go as the cluster assigns them: one operation for all that do so at a time. */
final class UnitExchange implements UnitOwner {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerEngine.class);
    private static final Logger EVENTS = LoggerFactory.getLogger(ChangeListeners.class);

    /** Why a handler cannot be taken although others can. */
    private static final Set<ProblemCode> UNPLACED =
            EnumSet.of(ProblemCode.POSITION_UNREADABLE, ProblemCode.POSITIONS_TAKEN_OVER);

    private final EngineParts parts;
    private final EngineState state;
    private final HandlerRegistry registry;
    private final StartPositions starts;
    private final Checkpointer checkpointer;
    private final OperationQueue queue;
    private final ServerWait wait;
    private final Consumer<List<String>> letParkedGoOn;

    /** Why handlers could not be taken at the last try, by id: each reason is logged once. */
    private final Map<String, String> unplaced = new HashMap<>();

    UnitExchange(OperationContext context, StartPositions starts, Consumer<List<String>> letParkedGoOn) {
        this.parts = context.parts();
        this.state = context.state();
        this.registry = context.registry();
        this.checkpointer = context.checkpointer();
        this.queue = context.queue();
        this.wait = context.serverWait();
        this.starts = starts;
        this.letParkedGoOn = letParkedGoOn;
    }

    @Override
    public Mono<Set<String>> exchange(Collection<String> gone, Map<String, Long> come) {
        return Mono.create(caller -> queue.schedule(() -> {
            try {
                caller.success(perform(Set.copyOf(gone), Map.copyOf(come)));
            } catch (Throwable failure) {
                if (queue.hasEnded()) {
                    // Closing gives everything away.
                    LOG.debug("What was to be taken is not any more", failure);
                } else {
                    caller.error(failure);
                }
            }
        }));
    }

    private Set<String> perform(Set<String> gone, Map<String, Long> come) {
        OwnedPartitions owned = state.owned();
        Map<String, Long> terms = new HashMap<>(come);
        terms.keySet().removeIf(id -> owned.has(id) && Objects.equals(owned.term(id), come.get(id)));
        Arriving arriving = placed(new Arriving(handlersOf(terms.keySet()), terms, Map.of()));
        Map<String, Position> finals = own(gone, arriving);
        save();
        state.departedSaved(finals);
        forget(gone);
        handlerIds(arriving.handlers()).forEach(unplaced::remove);
        letParkedGoOn.accept(handlerIds(arriving.handlers()));
        tell(arriving, gone.stream().filter(owned::has).toList());
        Set<String> came = new HashSet<>(come.keySet());
        came.removeIf(id -> terms.containsKey(id) && !arriving.terms().containsKey(id));
        return came;
    }

    private void tell(Arriving arriving, List<String> given) {
        List<String> taken =
                arriving.terms().keySet().stream().filter(state.owned()::has).toList();
        if (!taken.isEmpty()) {
            EVENTS.info("Taken over from other instances, or new: {}", CountedNames.ofHandlers(taken));
        }
        if (!given.isEmpty()) {
            EVENTS.info("Given to other instances: {}", CountedNames.ofHandlers(given));
        }
        taken.forEach(id -> parts.events.tell(new ListenerEvent.HandlerTaken(
                id, Objects.requireNonNull(arriving.terms().get(id)))));
        given.forEach(id -> parts.events.tell(new ListenerEvent.HandlerGiven(id)));
    }

    /**
     * Handlers that come.
     *
     * @param terms by the ids of their partitions
     * @param starts where these begin
     */
    private record Arriving(List<HandlerSpec> handlers, Map<String, Long> terms, Map<String, StartPosition> starts) {

        Arriving part(int from, int to) {
            List<HandlerSpec> some = handlers.subList(from, to);
            Set<String> ids = new HashSet<>(handlerIds(some));
            Map<String, Long> someTerms = new HashMap<>(terms);
            someTerms.keySet().removeIf(id -> !ids.contains(Partition.handlerOf(id)));
            Map<String, StartPosition> someStarts = new HashMap<>(starts);
            someStarts.keySet().removeIf(id -> !ids.contains(Partition.handlerOf(id)));
            return new Arriving(some, someTerms, someStarts);
        }

        Arriving and(Arriving others) {
            List<HandlerSpec> all = new ArrayList<>(handlers);
            all.addAll(others.handlers);
            Map<String, Long> allTerms = new HashMap<>(terms);
            allTerms.putAll(others.terms);
            Map<String, StartPosition> allStarts = new HashMap<>(starts);
            allStarts.putAll(others.starts);
            return new Arriving(all, allTerms, allStarts);
        }
    }

    /** With their starts, and without those whose positions cannot be had. */
    private Arriving placed(Arriving coming) {
        int size = coming.handlers().size();
        if (size == 0) {
            return coming;
        }
        try {
            return new Arriving(coming.handlers(), coming.terms(), starting(coming.handlers(), coming.terms()));
        } catch (OnChangeException failure) {
            if (!failure.problems().stream().map(Problem::code).allMatch(UNPLACED::contains)) {
                throw failure;
            }
            if (size == 1) {
                String id = coming.handlers().get(0).id();
                if (!failure.toString().equals(unplaced.put(id, failure.toString()))) {
                    LOG.warn(
                            "The handler {} cannot be taken over yet, and it is tried again: {}",
                            id,
                            failure.toString());
                }
                return new Arriving(List.of(), Map.of(), Map.of());
            }
            return placed(coming.part(0, size / 2)).and(placed(coming.part(size / 2, size)));
        }
    }

    private Map<String, Position> own(Set<String> gone, Arriving arriving) {
        try {
            return registry.own(gone, arriving.terms(), arriving.starts());
        } catch (OnChangeException failure) {
            if (arriving.handlers().isEmpty() || !isOfHandlers(failure)) {
                throw failure;
            }
            Map<String, Position> finals = gone.isEmpty() ? Map.of() : registry.own(gone, Map.of(), Map.of());
            takeApart(arriving, failure);
            return finals;
        }
    }

    /** Of handlers that cannot begin together, those begin that can; the others are stopped, so that nobody waits for them. */
    private void takeApart(Arriving arriving, OnChangeException failure) {
        int size = arriving.handlers().size();
        if (size == 1) {
            String id = arriving.handlers().get(0).id();
            registry.ownStopped(id, failure, arriving.terms(), arriving.starts());
            parts.events.tell(new ListenerEvent.HandlerStopped(id, failure));
            return;
        }
        own(Set.of(), arriving.part(0, size / 2));
        own(Set.of(), arriving.part(size / 2, size));
    }

    /** Whether it would be the same at the next try, as the server is reached and refuses what is asked for a handler. */
    private static boolean isOfHandlers(OnChangeException failure) {
        Throwable cause = failure.getCause();
        return failure.problems().stream().allMatch(problem -> switch (problem.code()) {
            case HISTORY_LOST, POSITION_FOREIGN, RESUME_TOKEN_REFUSED -> true;
            case STREAM_NOT_OPENED, STREAM_FAILED ->
                cause instanceof MongoException && !ServerErrors.isTransient(cause);
            default -> false;
        });
    }

    private Map<String, StartPosition> starting(List<HandlerSpec> taking, Map<String, Long> arriving) {
        // Where the user lets a handler begin counts when it begins in the cluster, not when it moves.
        starts.wereElsewhere(handlerIds(taking));
        Map<String, StartPosition> starting = Objects.requireNonNull(
                wait.answer(starts.of(taking, OwnedPartitions.none().with(arriving), parts.streams.now())));
        wait.answer(parts.load(taking));
        // Nobody waits for them to begin: where the handler began elsewhere, the caller may have been told.
        return StartPosition.fixed(starting);
    }

    /** That another instance has taken something over meanwhile is no reason to keep what is to go. */
    private void save() {
        try {
            wait.answer(checkpointer.flush());
        } catch (FencedException known) {
            LOG.debug("Some positions belong to another instance by now", known);
        }
    }

    private void forget(Set<String> gone) {
        Set<String> left = new HashSet<>();
        gone.forEach(id -> left.add(Partition.handlerOf(id)));
        state.declared().handlers().stream()
                .filter(handler -> state.owned().hasAnyOf(handler))
                .forEach(handler -> left.remove(handler.id()));
        parts.forget(left);
    }

    private List<HandlerSpec> handlersOf(Set<String> partitions) {
        return state.declared().handlers().stream()
                .filter(handler ->
                        handler.partitions().stream().map(Partition::id).anyMatch(partitions::contains))
                .toList();
    }

    private static List<String> handlerIds(List<HandlerSpec> handlers) {
        return handlers.stream().map(HandlerSpec::id).toList();
    }

    @Override
    public void drop(Map<String, Long> lost) {
        state.lose(lost);
        // A stream that is about to begin looks itself at what is lost.
        state.streams().forEach(run -> run.detachLost(state.owned()));
        queue.schedule(OperationQueue.logged(() -> {
            Set<String> still = new HashSet<>(lost.keySet());
            still.removeIf(state.owned()::has);
            if (!queue.hasEnded()) {
                registry.drop(still);
                forget(still);
            }
        }));
    }
}
