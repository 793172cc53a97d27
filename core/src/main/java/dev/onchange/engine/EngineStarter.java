package dev.onchange.engine;

import dev.onchange.ChangeListeners;
import dev.onchange.engine.check.TransientRetry;
import dev.onchange.engine.checkpoint.Checkpointer;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.status.Availability;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to running listeners: read what was declared, ask the server whether it can serve it, find where each handler
 * begins, open the streams, begin to save positions.
 */
public final class EngineStarter {

    private static final Logger LOG = LoggerFactory.getLogger(ChangeListeners.class);

    private final EngineConfiguration configuration;
    private final MongoConnection connection;
    private final HandlerCatalog catalog;
    private final StreamFactory factory;
    private final StartPositions starts;
    private final Preflight preflight;
    private final OperationQueue queue = new OperationQueue(EngineStarter::thread);
    private final ServerWait wait;
    private final TransientRetry retry;

    private EngineStarter(EngineConfiguration configuration, MongoConnection connection) {
        this.configuration = configuration;
        this.connection = connection;
        this.catalog = new HandlerCatalog(configuration, connection);
        this.factory = new StreamFactory(
                configuration, connection.client(), catalog, new EventPublisher(configuration.listener));
        this.starts = new StartPositions(factory.checkpoints(), configuration.starts);
        this.wait = new ServerWait(configuration, factory.timer(), queue.ended());
        this.retry = TransientRetry.of(connection.client(), factory.timer());
        this.preflight = new Preflight(configuration, connection, catalog, factory.checkpoints(), wait);
    }

    /** Keeps nothing of the thread that happens to be the first to need it. */
    private static Thread thread(Runnable work) {
        Thread thread = new Thread(null, work, "onchange-operations", 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(ChangeListeners.class.getClassLoader());
        return thread;
    }

    /** The plan, without asking the server. */
    public static HandlerSet read(EngineConfiguration configuration) {
        try (MongoConnection connection = MongoConnection.to(configuration.server)) {
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
                start.factory.close();
            }
        }
    }

    private Availability check() {
        HandlerSet declared = catalog.configured();
        Availability reached = preflight.reach();
        return reached.usable() ? ask(preflight.allowed(declared, Set.of())) : reached;
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
            factory.close();
            throw e;
        }
    }

    private ListenerEngine run() {
        HandlerSet asDeclared = catalog.configured();
        Preflight.usable(preflight.reach());
        HandlerSet declared = preflight.allowed(asDeclared, Set.of());
        Availability availability = Preflight.usable(ask(declared));
        ActiveStreams activeStreams = new ActiveStreams(factory, configuration.stopTimeout, wait);
        HandlerRegistry registry = new HandlerRegistry(activeStreams, catalog, declared, queue, wait);
        CheckpointHealth checkpointHealth = factory.checkpointHealth(registry);
        Checkpointer checkpointer = factory.checkpointer(registry::positions, checkpointHealth);
        EngineParts parts = new EngineParts(
                queue,
                wait,
                availability,
                activeStreams,
                registry,
                starts,
                checkpointer,
                checkpointHealth,
                factory.oplogMonitor(registry));
        wait.answer(retry.required(factory.prepare().then(factory.introduce(declared.handlers()))));
        ListenerEngine operations =
                new ListenerEngine(connection, catalog, preflight, factory, parts, EngineStarter::thread);
        try {
            queue.run(() -> begin(declared, parts));
        } catch (RuntimeException | Error e) {
            closeAfter(e, operations);
            throw e;
        }
        operations.letParkedGoOn(ids(declared));
        return operations;
    }

    private void begin(HandlerSet declared, EngineParts parts) {
        wait.answer(retry.required(factory.forgetSettled(starts.asked(declared.handlers()))));
        parts.registry()
                .begin(Objects.requireNonNull(wait.answer(retry.required(
                        parts.starts().of(declared.handlers(), factory.streams().now())))));
        // From here on a handler that began now goes on from there, even if the process dies before its first change.
        wait.answer(retry.required(parts.checkpointer().flush()));
        parts.checkpointer().start();
        parts.history().start(EngineConfiguration.HISTORY_INTERVAL, factory.timer());
        LOG.info("Listening:\n{}", declared.plan());
    }

    /** So that no stream of a client that stays open goes on for nobody. */
    private static void closeAfter(Throwable failure, ListenerEngine operations) {
        try {
            operations.close();
        } catch (RuntimeException further) {
            failure.addSuppressed(further);
        }
    }

    private Availability ask(HandlerSet declared) {
        return preflight.ask(declared.plan(), starts.unasked(declared.handlers()));
    }

    private static List<String> ids(HandlerSet declared) {
        return declared.handlers().stream().map(HandlerSpec::id).toList();
    }
}
