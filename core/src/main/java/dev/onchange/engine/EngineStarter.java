package dev.onchange.engine;

import dev.onchange.ChangeListeners;
import dev.onchange.engine.check.TransientRetry;
import dev.onchange.engine.checkpoint.Checkpointer;
import dev.onchange.engine.cluster.LocalDeadline;
import dev.onchange.engine.deadletter.StoredDeadLetters;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.status.Availability;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Starts the engine: reads the declared handlers, asks the server whether it can serve them, composes the engine, finds
 * where each handler begins, opens the streams, begins to save positions. Called by ChangeListeners.
 */
public final class EngineStarter {

    private static final Logger LOG = LoggerFactory.getLogger(ChangeListeners.class);

    private final MongoConnection connection;
    private final HandlerCatalog catalog;
    private final EngineParts parts;
    private final StartPositions starts;
    private final OperationQueue queue;
    private final ServerWait wait;
    private final TransientRetry retry;
    private final Preflight preflight;

    private EngineStarter(EngineConfiguration configuration, MongoConnection connection) {
        this.connection = connection;
        this.catalog = new HandlerCatalog(configuration, connection);
        this.parts = new EngineParts(configuration, connection.client());
        this.starts = new StartPositions(
                parts.checkpoints,
                parts::takeOver,
                new Repartitioning(parts.checkpoints, parts.transactions::endFormer),
                parts.snapshots,
                configuration.starts);
        this.queue = new OperationQueue(EngineStarter::thread);
        this.wait = new ServerWait(configuration, parts.timing.timer(), queue.ended());
        this.retry = TransientRetry.of(connection.client(), parts.timing);
        this.preflight = new Preflight(configuration, connection, catalog, parts, wait);
    }

    /** Inherits no thread locals and no class loader of the application's thread that starts the engine. */
    private static Thread thread(Runnable work) {
        Thread thread = new Thread(null, work, "onchange-operations", 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(ChangeListeners.class.getClassLoader());
        return thread;
    }

    /** The plan, without asking the server. */
    public static HandlerSet read(EngineConfiguration configuration) {
        try (MongoConnection connection = MongoConnection.whenAsked(configuration.server)) {
            return new HandlerCatalog(configuration, connection).configured();
        }
    }

    /** What the server says. */
    public static Availability check(EngineConfiguration configuration) {
        try (MongoConnection connection = MongoConnection.to(configuration.server)) {
            EngineStarter start = new EngineStarter(configuration, connection);
            try {
                return start.check();
            } finally {
                start.parts.close();
            }
        }
    }

    private Availability check() {
        Mono<Availability> reaching = preflight.reach();
        HandlerSet configured = catalog.configured();
        Availability reached = Objects.requireNonNull(wait.answer(reaching));
        if (!reached.usable()) {
            return reached;
        }
        Mono<List<String>> goOn = goOn(configured);
        HandlerSet allowed = preflight.allowed(configured, Set.of());
        return preflight.withPositions(
                ask(allowed, goOn),
                allowed.handlers().stream().map(HandlerSpec::id).toList());
    }

    /** Listeners at work. */
    public static ListenerEngine run(EngineConfiguration configuration) {
        MongoConnection connection = MongoConnection.to(configuration.server);
        try {
            return new EngineStarter(configuration, connection).runOrClose();
        } catch (RuntimeException | Error e) {
            connection.close();
            throw e;
        }
    }

    private ListenerEngine runOrClose() {
        try {
            return run();
        } catch (RuntimeException | Error e) {
            parts.close();
            throw e;
        }
    }

    private ListenerEngine run() {
        Mono<Availability> reached = preflight.reach();
        HandlerSet configured = catalog.configured();
        Preflight.usable(Objects.requireNonNull(wait.answer(reached)));
        Mono<List<String>> goOn = goOn(configured);
        HandlerSet declared = preflight.allowed(configured, Set.of());
        Availability availability = Preflight.usable(ask(declared, goOn));

        // What a majority has to acknowledge is sent before the engine is composed.
        Mono<Void> prepared = ServerWait.underWay(retry.required(parts.prepare()));
        EngineState state = new EngineState(declared);
        CheckpointHealth checkpointHealth = checkpointHealth(state);
        Checkpointer checkpointer = checkpointer(state, checkpointHealth);
        LocalDeadline deadline = Membership.deadline(parts.configuration);
        HandlerOwners owners = new HandlerOwners(state);
        OperationContext context = context(state, checkpointer, deadline, owners);
        OplogMonitor oplogMonitor =
                new OplogMonitor(parts.streams.history(), state::positions, parts.events::nearlyLost);
        CommandSender sender = sender(owners);
        StoredDeadLetters deadLetters = parts.deadLetters(owners.orRefuse(context.activeStreams()::resend), sender);
        PositionSave save = new PositionSave(state, checkpointer, checkpointHealth, wait);
        HandlerOperations operations =
                new HandlerOperations(context, save, owners, ids -> letParkedGoOn(deadLetters, ids));
        Membership membership = membership(context, deadline, operations, deadLetters);
        Mono<Map<String, Long>> claim =
                ServerWait.underWay(prepared.then(retry.required(membership.claimSoon(declared.handlers()))));
        owners.knownBy(membership);
        ListenerEngine engine = new ListenerEngine(
                queue,
                wait,
                connection,
                availability,
                parts,
                state,
                catalog,
                context.activeStreams(),
                new HandlerExchange(context, catalog, preflight, starts, save, membership),
                operations,
                membership,
                owners,
                sender,
                checkpointer,
                checkpointHealth,
                new StatusReader(context.activeStreams(), state, oplogMonitor, parts),
                deadLetters,
                shutdown(context, oplogMonitor, membership));
        beginOrClose(engine, context.state(), () -> {
            wait.answer(prepared);
            Map<String, Long> claimed = Objects.requireNonNull(wait.answer(claim));
            queue.run(() -> begin(context, oplogMonitor, membership, claimed));
        });
        return engine;
    }

    /** With the streams, and what parts slow handlers from them. */
    private OperationContext context(
            EngineState state, Checkpointer checkpointer, LocalDeadline deadline, HandlerOwners owners) {
        SlowHandlers slowHandlers = new SlowHandlers();
        StreamFactory factory = new StreamFactory(parts, catalog, checkpointer, slowHandlers, deadline);
        ActiveStreams activeStreams = new ActiveStreams(state, factory, parts, wait);
        HandlerRegistry registry = new HandlerRegistry(
                state,
                activeStreams,
                catalog,
                new StreamExchange(state, activeStreams, catalog, queue, wait),
                wait,
                owners::startsPaused);
        new SlowHandlerIsolation(state, catalog, activeStreams, registry, parts.streams.startCheck(), queue)
                .start(slowHandlers.ids());
        return new OperationContext(parts, state, activeStreams, registry, checkpointer, queue, wait);
    }

    private CommandSender sender(HandlerOwners owners) {
        return new CommandSender(
                Membership.commands(parts.configuration, connection.client(), parts.timing.timer()),
                owners,
                parts.timing.timer(),
                parts.timing.clock(),
                parts.configuration.cluster.lease());
    }

    private Membership membership(
            OperationContext context,
            LocalDeadline deadline,
            HandlerOperations operations,
            StoredDeadLetters deadLetters) {
        EngineState state = context.state();
        return new Membership(
                parts.configuration,
                connection.client(),
                deadline,
                new UnitExchange(context, starts, ids -> letParkedGoOn(deadLetters, ids)),
                new CommandReceiver(state, operations, deadLetters, context.queue(), deadline),
                () -> (int)
                        state.streams().stream().filter(ActiveStream::active).count(),
                parts.events::tell);
    }

    private EngineShutdown shutdown(OperationContext context, OplogMonitor oplogMonitor, Membership membership) {
        return new EngineShutdown(
                queue,
                context.activeStreams(),
                oplogMonitor,
                new FinalSave(parts, context.checkpointer()),
                parts,
                connection,
                membership,
                EngineStarter::thread);
    }

    private CheckpointHealth checkpointHealth(EngineState state) {
        return new CheckpointHealth(
                new SettledMarkPruner(parts.events, parts.checkpoints, parts.transactions, state::transactional));
    }

    private Checkpointer checkpointer(EngineState state, CheckpointHealth checkpointHealth) {
        return new Checkpointer(
                parts.checkpoints,
                () -> parts.snapshots.withProgress(state.ownPositions()),
                new Checkpointer.Settings(
                        parts.configuration.checkpointInterval,
                        parts.configuration.checkpointChanges,
                        parts.timing.timer(),
                        parts.timing.random()),
                new FencedHandlers(state, parts.events, checkpointHealth));
    }

    private void beginOrClose(ListenerEngine engine, EngineState state, Runnable begin) {
        try {
            begin.run();
            engine.awaitListening(state.declared().handlers());
            parts.letters.start(
                    () -> ids(state.declared().handlers()), EngineConfiguration.LETTER_INTERVAL, parts.timing.timer());
            engine.letParkedGoOn(ids(owned(state)));
        } catch (RuntimeException | Error e) {
            closeAfter(e, engine);
            throw e;
        }
    }

    private void begin(
            OperationContext context, OplogMonitor oplogMonitor, Membership membership, Map<String, Long> claimed) {
        EngineState state = context.state();
        Checkpointer checkpointer = context.checkpointer();
        HandlerSet declared = state.declared();
        state.setOwned(all -> OwnedPartitions.broadcast(declared.handlers()).with(claimed));
        // To begin with thousands of handlers, or far back in the oplog, may take longer than a lease.
        membership.start();
        List<HandlerSpec> owned = owned(state);
        Mono<Void> loaded = ServerWait.underWay(retry.required(parts.load(owned)));
        wait.answer(retry.required(parts.forgetSettled(starts.asked(owned))));
        Map<String, StartPosition> starting = Objects.requireNonNull(
                wait.answer(retry.required(starts.of(owned, state.owned(), parts.streams.now()))));
        wait.answer(loaded);
        context.registry().begin(starting);
        // From here on a handler that began now goes on from there, even if the process dies before its first change.
        wait.answer(retry.required(checkpointer.flush()));
        checkpointer.start();
        wait.answer(membership.begun(claimed.keySet()));
        oplogMonitor.start(EngineConfiguration.HISTORY_INTERVAL, parts.timing.timer());
        LOG.info(
                "Listening through {}:\n{}",
                connection.own() ? "a MongoClient of its own" : "the application's MongoClient",
                declared.plan().withNotices(notice -> !NoticeLog.isWarning(notice)));
        NoticeLog.entries(declared.plan().notices()).forEach(LOG::warn);
    }

    /** The streams of a client that stays open would go on without handlers otherwise. */
    private static void closeAfter(Throwable failure, ListenerEngine engine) {
        try {
            engine.close();
        } catch (RuntimeException further) {
            failure.addSuppressed(further);
        }
    }

    /** Begins to ask which of the handlers go on at their kept positions here. */
    private Mono<List<String>> goOn(HandlerSet configured) {
        List<String> unasked = starts.unasked(configured.handlers());
        if (unasked.isEmpty()) {
            return Mono.just(unasked);
        }
        // Whether the history at the position of another instance's handler is lost is that one's concern.
        return ServerWait.underWay(Membership.elsewhere(parts.configuration, connection.client(), parts.timing.timer())
                .map(elsewhere ->
                        unasked.stream().filter(id -> !elsewhere.contains(id)).toList()));
    }

    private Availability ask(HandlerSet declared, Mono<List<String>> goOn) {
        return preflight.ask(declared.plan(), Objects.requireNonNull(wait.answer(goOn)));
    }

    private static List<HandlerSpec> owned(EngineState state) {
        List<HandlerSpec> owned = new ArrayList<>();
        for (HandlerSpec handler : state.declared().handlers()) {
            if (state.owned().hasAnyOf(handler)) {
                owned.add(handler);
            }
        }
        return owned;
    }

    private static List<String> ids(List<HandlerSpec> handlers) {
        List<String> ids = new ArrayList<>();
        for (HandlerSpec handler : handlers) {
            ids.add(handler.id());
        }
        return ids;
    }

    /** Replays changes that a replay has left parked, because the process died or the handler stopped during it. */
    private static void letParkedGoOn(StoredDeadLetters deadLetters, List<String> ids) {
        deadLetters
                .goOn(ids)
                .subscribe(
                        done -> {},
                        failure ->
                                LOG.warn("Changes that were parked behind dead letters stay parked for now", failure));
    }
}
