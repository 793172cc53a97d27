package dev.onchange.engine;

import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.DeclaredHandler;
import dev.onchange.OnChangeException;
import dev.onchange.Placeholders;
import dev.onchange.Registration;
import dev.onchange.checkpoint.Position;
import dev.onchange.deadletter.DeadLetters;
import dev.onchange.engine.checkpoint.Checkpointer;
import dev.onchange.engine.deadletter.StoredDeadLetters;
import dev.onchange.engine.dispatch.HandlerSnapshot;
import dev.onchange.engine.plan.StreamPlans;
import dev.onchange.engine.plugin.PluginCode;
import dev.onchange.engine.scan.FunctionDeclaration;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.inject.Instances;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.Availability;
import dev.onchange.status.ListenersStatus;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
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
    private final HandlerRegistry registry;
    private final HandlerExchange exchange;
    private final Membership membership;
    private final HandlerOwners owners;
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
            HandlerRegistry registry,
            HandlerExchange exchange,
            Membership membership,
            HandlerOwners owners,
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
        this.registry = registry;
        this.exchange = exchange;
        this.membership = membership;
        this.owners = owners;
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

    public StreamPlans plan() {
        return state.declared().plan();
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
        return state.declared().handlers().stream()
                .filter(handler -> ids.contains(handler.id()))
                .toList();
    }

    /**
     * Returns when this instance or another one listens with each of the handlers, or after a warning if none does. Partitions
     * without a position begin each at its owner's present time; but an owner is ready only after it has saved that, and a
     * unit is ready no more when its owner changes. So what is written after this has returned lies behind all of them.
     */
    void awaitListening(List<HandlerSpec> handlers) {
        wait.end(membership
                .listening(Declarations.of(handlers).units().keySet().stream()
                        .filter(id -> !state.owned().has(id))
                        .toList())
                .timeout(wait.limit(), wait.timer())
                .onErrorResume(
                        TimeoutException.class,
                        late -> Mono.fromRunnable(() -> LOG.warn(
                                "No instance has begun to listen with all of these handlers within {}: {}",
                                wait.limit(),
                                handlers.stream().map(HandlerSpec::id).toList()))));
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
        queue.run(() -> {
            require(id);
            registry.paused(id);
            exchange.saveOrRetryLater();
        });
    }

    public void resume(String id) {
        queue.run(() -> {
            require(id);
            registry.resume(id);
            letParkedGoOn(List.of(id));
        });
    }

    public void rewind(String id, Position position) {
        queue.run(() -> {
            require(id);
            activeStreams.refuseWithin(run -> run.feeds(id), queue.caller());
            if (ReachableStarts.unreadable(position)) {
                throw new OnChangeException(List.of(ReachableStarts.unreadable(id)));
            }
            wait.answer(parts.streams.startCheck().refuseLater(id, position));
            wait.answer(checkpointer.flush());
            rewound(id, position);
        });
    }

    private void rewound(String id, Position position) {
        Map<String, StartPosition> standing = registry.standing(id);
        Map<String, Position> before = StartPosition.positionsOf(standing);
        Mono<Void> forgotten = state.transactional().contains(id) ? parts.forgetSettled(List.of(id)) : Mono.empty();
        try {
            Map<String, Position> there = new HashMap<>();
            standing.keySet().forEach(partition -> there.put(partition, position));
            registry.move(id, position, forgotten.then(Mono.defer(() -> rewound(there))));
        } catch (RuntimeException | Error e) {
            rewound(before).subscribe(done -> {}, e::addSuppressed);
            throw e;
        }
    }

    private Mono<Void> rewound(Map<String, Position> positions) {
        return Flux.fromIterable(positions.entrySet())
                .concatMap(entry -> checkpointer.rewind(
                        entry.getKey(), parts.snapshots.withProgress(entry.getKey(), entry.getValue())))
                .then();
    }

    /** Gives a handler the documents that exist once more. */
    public void snapshot(String id, List<String> filters) {
        queue.run(() -> {
            HandlerSpec handler = require(id);
            activeStreams.refuseWithin(run -> run.feeds(id), queue.caller());
            SnapshotRules.refuse(handler, state.declared().plan(), filters, parts.snapshots.ofHandler(id));
            boolean paused = state.paused().containsKey(id);
            registry.paused(id);
            try {
                wait.answer(parts.streams
                        .now()
                        .flatMap(now -> Flux.fromIterable(state.owned().of(handler))
                                .concatMap(partition -> parts.snapshots.again(handler, partition.id(), now, filters))
                                .then()));
                wait.answer(checkpointer.flush());
            } finally {
                if (!paused) {
                    registry.resume(id);
                }
            }
        });
    }

    public void pauseSnapshot(String id) {
        snapshotsOf(id).forEach(HandlerSnapshot::pause);
    }

    public void resumeSnapshot(String id) {
        snapshotsOf(id).forEach(HandlerSnapshot::resume);
    }

    public void cancelSnapshot(String id) {
        snapshotsOf(id).forEach(HandlerSnapshot::cancel);
    }

    private List<HandlerSnapshot> snapshotsOf(String id) {
        require(id);
        return parts.snapshots.ofHandler(id);
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

    private HandlerSpec require(String id) {
        List<String> ids =
                state.declared().handlers().stream().map(HandlerSpec::id).toList();
        if (!ids.contains(id)) {
            throw new OnChangeException(List.of(new Problem(
                    ProblemCode.UNKNOWN_HANDLER,
                    id,
                    "no handler has this id.",
                    "Those that there are: " + String.join(", ", ids) + ".")));
        }
        HandlerSpec handler = handlers(List.of(id)).get(0);
        owners.requireHere(handler);
        return handler;
    }
}
