package dev.onchange.engine;

import com.mongodb.MongoException;
import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.FencedException;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.checkpoint.Checkpointer;
import dev.onchange.engine.cluster.UnitOwner;
import dev.onchange.engine.message.ServerErrors;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.Partition;
import dev.onchange.status.ListenerEvent;
import java.util.Collection;
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

    private final EngineParts parts;
    private final EngineState state;
    private final HandlerRegistry registry;
    private final StartPositions starts;
    private final Checkpointer checkpointer;
    private final OperationQueue queue;
    private final ServerWait wait;
    private final Consumer<List<String>> letParkedGoOn;

    UnitExchange(
            EngineParts parts,
            EngineState state,
            HandlerRegistry registry,
            StartPositions starts,
            Checkpointer checkpointer,
            OperationQueue queue,
            ServerWait wait,
            Consumer<List<String>> letParkedGoOn) {
        this.parts = parts;
        this.state = state;
        this.registry = registry;
        this.starts = starts;
        this.checkpointer = checkpointer;
        this.queue = queue;
        this.wait = wait;
        this.letParkedGoOn = letParkedGoOn;
    }

    @Override
    public Mono<Void> exchange(Collection<String> gone, Map<String, Long> come) {
        return Mono.create(caller -> queue.schedule(() -> {
            try {
                perform(Set.copyOf(gone), Map.copyOf(come));
                caller.success();
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

    private void perform(Set<String> gone, Map<String, Long> come) {
        OwnedPartitions owned = state.owned();
        Map<String, Long> arriving = new HashMap<>(come);
        arriving.keySet().removeIf(id -> owned.has(id) && Objects.equals(owned.term(id), come.get(id)));
        List<HandlerSpec> taking = handlersOf(arriving.keySet());
        Map<String, StartPosition> starting = arriving.isEmpty() ? Map.of() : starting(taking, arriving);
        Map<String, Position> finals = own(gone, new Arriving(taking, arriving, starting));
        save();
        state.departedSaved(finals);
        forget(gone);
        letParkedGoOn.accept(taking.stream().map(HandlerSpec::id).toList());
        arriving.forEach((id, term) -> parts.events.tell(new ListenerEvent.HandlerTaken(id, term)));
        gone.stream().filter(owned::has).forEach(id -> parts.events.tell(new ListenerEvent.HandlerGiven(id)));
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
        return starting;
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
                .filter(handler -> !state.owned().of(handler).isEmpty())
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
    public void drop(Collection<String> lost) {
        Set<String> ids = Set.copyOf(lost);
        state.setOwned(owned -> owned.without(ids));
        state.streams()
                .forEach(run -> run.partitionIds().stream()
                        .filter(ids::contains)
                        .forEach(id -> run.dispatcher().detach(id).subscribe()));
        queue.schedule(OperationQueue.logged(() -> {
            Set<String> still = new HashSet<>(ids);
            still.removeIf(state.owned()::has);
            if (!queue.hasEnded()) {
                registry.drop(still);
                forget(still);
            }
        }));
    }
}
