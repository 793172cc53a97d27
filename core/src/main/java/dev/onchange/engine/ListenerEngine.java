package dev.onchange.engine;

import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.DeclaredHandler;
import dev.onchange.OnChangeException;
import dev.onchange.Placeholders;
import dev.onchange.Plan;
import dev.onchange.Registration;
import dev.onchange.checkpoint.Position;
import dev.onchange.deadletter.DeadLetters;
import dev.onchange.engine.checkpoint.Checkpointer;
import dev.onchange.engine.deadletter.StoredDeadLetters;
import dev.onchange.engine.message.CountedNames;
import dev.onchange.engine.plugin.PluginCode;
import dev.onchange.engine.scan.FunctionDeclaration;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.inject.Instances;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.Availability;
import dev.onchange.status.ListenersStatus;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The operations on running listeners, which run one after the other. Called by ChangeListeners. */
public final class ListenerEngine {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerEngine.class);

    private final OperationQueue queue;
    private final ServerWait wait;
    private final MongoConnection connection;
    private final Availability availability;
    private final EngineParts parts;
    private final EngineState state;
    private final HandlerCatalog catalog;
    private final ActiveStreams activeStreams;
    private final HandlerExchange exchange;
    private final HandlerOperations operations;
    private final Membership membership;
    private final HandlerOwners owners;
    private final CommandSender sender;
    private final Checkpointer checkpointer;
    private final CheckpointHealth checkpointHealth;
    private final StatusReader status;
    private final StoredDeadLetters deadLetters;
    private final EngineShutdown shutdown;

    ListenerEngine(
            OperationQueue queue,
            ServerWait wait,
            MongoConnection connection,
            Availability availability,
            EngineParts parts,
            EngineState state,
            HandlerCatalog catalog,
            ActiveStreams activeStreams,
            HandlerExchange exchange,
            HandlerOperations operations,
            Membership membership,
            HandlerOwners owners,
            CommandSender sender,
            Checkpointer checkpointer,
            CheckpointHealth checkpointHealth,
            StatusReader status,
            StoredDeadLetters deadLetters,
            EngineShutdown shutdown) {
        this.queue = queue;
        this.wait = wait;
        this.connection = connection;
        this.availability = availability;
        this.parts = parts;
        this.state = state;
        this.catalog = catalog;
        this.activeStreams = activeStreams;
        this.exchange = exchange;
        this.operations = operations;
        this.membership = membership;
        this.owners = owners;
        this.sender = sender;
        this.checkpointer = checkpointer;
        this.checkpointHealth = checkpointHealth;
        this.status = status;
        this.deadLetters = deadLetters;
        this.shutdown = shutdown;
    }

    /** Replays changes that a replay has left parked, because the process died or the handler stopped during it. */
    void letParkedGoOn(List<String> ids) {
        deadLetters
                .goOn(ids)
                .subscribe(
                        done -> {},
                        failure ->
                                LOG.warn("Changes that were parked behind dead letters stay parked for now", failure));
    }

    public MongoClient client() {
        return connection.client();
    }

    public Plan plan() {
        return CurrentNotices.of(state.declared(), this::status).view().withCluster(membership.status());
    }

    public List<DeclaredHandler> handlers() {
        return state.declared().handlers().stream().map(HandlerAttributes::of).toList();
    }

    public Availability availability() {
        return availability;
    }

    /** What the server says now. */
    public Availability check() {
        return exchange.check();
    }

    public ListenersStatus status() {
        return status.status(checkpointHealth.status())
                .withCluster(membership.status())
                .withSnapshots(parts.snapshots.status());
    }

    public Registration register(Object handler) {
        return add(catalog.object(handler));
    }

    public Registration register(FunctionDeclaration declared) {
        return add(catalog.function(declared));
    }

    public Registration register(Instances instances, Placeholders placeholders, Class<?>... types) {
        return add(catalog.types(instances, placeholders, types));
    }

    private Registration add(HandlerCatalog.Arriving arriving) {
        List<String> ids = queue.call(() -> exchanged(List.of(), arriving), exchange::remove);
        awaitListening(handlers(ids));
        AtomicBoolean removed = new AtomicBoolean();
        return new HandlerRegistration(ids, () -> withdraw(ids, removed));
    }

    private List<HandlerSpec> handlers(List<String> ids) {
        Set<String> wanted = Set.copyOf(ids);
        return state.declared().handlers().stream()
                .filter(handler -> wanted.contains(handler.id()))
                .toList();
    }

    /**
     * Returns when this instance or another one listens with each of the handlers, or after a warning if none does. Partitions
     * without a position begin each at its owner's present time; but an owner is ready only after it has saved that, and a
     * unit is ready no more when its owner changes. So what is written after this has returned lies behind all of them.
     */
    void awaitListening(List<HandlerSpec> handlers) {
        List<String> elsewhere = Declarations.units(handlers)
                .filter(id -> !state.owned().has(id))
                .toList();
        wait.end(membership
                .listening(elsewhere)
                .timeout(wait.limit(), wait.timer())
                .onErrorResume(
                        TimeoutException.class,
                        late -> Mono.fromRunnable(() -> LOG.warn(
                                "No instance has begun to listen within {} with {}",
                                wait.limit(),
                                CountedNames.ofHandlers(membership.notListening(elsewhere))))));
    }

    private List<String> exchanged(Collection<String> leaving, HandlerCatalog.Arriving arriving) {
        List<String> ids = exchange.exchange(leaving, arriving);
        letParkedGoOn(ids);
        return ids;
    }

    /** Lets handlers of a plug-in come, perhaps in place of other ones; returns their ids. */
    List<String> exchange(Collection<String> leaving, PluginCode arriving) {
        HandlerCatalog.Arriving declared = catalog.plugin(arriving);
        // If this were left before the end, the classes of the plug-in would be let go meanwhile.
        return queue.callToEnd(() -> exchanged(leaving, declared));
    }

    /** Runs work that blocks and is no handler's. */
    Scheduler backgroundScheduler() {
        return parts.timing.background();
    }

    String database() {
        return catalog.database();
    }

    ClassLoader classLoader() {
        return catalog.classLoader();
    }

    /** Removes the handlers once; after the call if a handler calls this. */
    private void withdraw(List<String> leaving, AtomicBoolean removed) {
        if (removed.get() || queue.hasEnded()) {
            return;
        }
        Runnable removal = () -> {
            if (!removed.get()) {
                exchange.remove(leaving);
                removed.set(true);
            }
        };
        if (activeStreams.isWorkedHere()) {
            leaving.forEach(id ->
                    activeStreams.runOf(id).ifPresent(run -> run.detach(id).subscribe()));
            queue.schedule(OperationQueue.logged(removal));
        } else if (queue.isHere()) {
            queue.schedule(OperationQueue.logged(removal));
        } else {
            queue.run(removal);
        }
    }

    /** Removes handlers of a plug-in, whose classes may be let go after that. */
    void remove(Collection<String> leaving) {
        if (!queue.hasEnded()) {
            queue.callToEnd(() -> exchange.remove(leaving));
        }
    }

    public void pause(String id) {
        carryOut(id, HandlerCommand.of(HandlerCommand.Kind.PAUSE));
    }

    public void resume(String id) {
        carryOut(id, HandlerCommand.of(HandlerCommand.Kind.RESUME));
    }

    public void rewind(String id, Position position) {
        carryOut(id, HandlerCommand.rewind(position));
    }

    /** Gives a handler the documents that exist once more. */
    public void snapshot(String id, List<String> filters) {
        carryOut(id, HandlerCommand.snapshot(filters));
    }

    public void pauseSnapshot(String id) {
        carryOut(id, HandlerCommand.of(HandlerCommand.Kind.PAUSE_SNAPSHOT));
    }

    public void resumeSnapshot(String id) {
        carryOut(id, HandlerCommand.of(HandlerCommand.Kind.RESUME_SNAPSHOT));
    }

    public void cancelSnapshot(String id) {
        carryOut(id, HandlerCommand.of(HandlerCommand.Kind.CANCEL_SNAPSHOT));
    }

    /** What of the handler is here is seen to first: who has the rest is known for sure at that moment. */
    private void carryOut(String id, HandlerCommand command) {
        Set<String> elsewhere = queue.call(() -> carriedOutHere(id, command), left -> {});
        if (!elsewhere.isEmpty()) {
            wait.end(sender.ask(id, command, elsewhere));
        }
    }

    private Set<String> carriedOutHere(String id, HandlerCommand command) {
        Set<String> elsewhere = owners.unitsOf(id);
        if (elsewhere.isEmpty()) {
            throw unknown(id);
        }
        Set<String> here = new HashSet<>(elsewhere);
        here.removeIf(unit -> !state.owned().has(unit));
        elsewhere.removeAll(here);
        if (!here.isEmpty()) {
            operations.carryOut(command, handlers(List.of(id)).get(0), here);
        }
        return elsewhere;
    }

    public DeadLetters deadLetters() {
        return deadLetters;
    }

    public void savePositions() {
        wait.answer(checkpointer.flush());
    }

    /** Closes everything with {@code all}; if a handler calls this, what its call needs is closed after that. */
    public void close(Runnable all) {
        shutdown.close(all);
    }

    /** Closes everything. */
    public void close() {
        shutdown.close();
    }

    private OnChangeException unknown(String id) {
        List<String> ids =
                state.declared().handlers().stream().map(HandlerSpec::id).toList();
        return new OnChangeException(List.of(new Problem(
                ProblemCode.UNKNOWN_HANDLER,
                id,
                "no handler has this id.",
                "Those that there are: " + String.join(", ", ids) + ".")));
    }
}
