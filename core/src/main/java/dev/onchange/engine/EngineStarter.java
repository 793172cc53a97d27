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
    private final HandlerCatalog declarations;
    private final StreamFactory stations;
    private final StartPositions starts;
    private final Preflight admission;
    private final OperationQueue queue = new OperationQueue(EngineStarter::thread);
    private final ServerWait wait;
    private final TransientRetry retry;

    private EngineStarter(EngineConfiguration configuration, MongoConnection connection) {
        this.configuration = configuration;
        this.connection = connection;
        this.declarations = new HandlerCatalog(configuration, connection);
        this.stations = new StreamFactory(
                configuration, connection.client(), declarations, new EventPublisher(configuration.listener));
        this.starts = new StartPositions(stations.checkpoints(), configuration.starts);
        this.wait = new ServerWait(configuration, stations.timer(), queue.ended());
        this.retry = TransientRetry.of(connection.client(), stations.timer());
        this.admission = new Preflight(configuration, connection, declarations, stations.checkpoints(), wait);
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
                start.stations.close();
            }
        }
    }

    private Availability check() {
        HandlerSet declared = declarations.configured();
        Availability reached = admission.reach();
        return reached.usable() ? ask(admission.allowed(declared, Set.of())) : reached;
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
            stations.close();
            throw e;
        }
    }

    private ListenerEngine run() {
        HandlerSet asDeclared = declarations.configured();
        Preflight.usable(admission.reach());
        HandlerSet declared = admission.allowed(asDeclared, Set.of());
        Availability availability = Preflight.usable(ask(declared));
        ActiveStreams journey = new ActiveStreams(stations, configuration.stopTimeout, wait);
        HandlerRegistry lineup = new HandlerRegistry(journey, declarations, declared, queue, wait);
        CheckpointHealth saves = stations.saveWatch(lineup);
        Checkpointer checkpointer = stations.checkpointer(lineup::positions, saves);
        EngineParts running = new EngineParts(
                queue, wait, availability, journey, lineup, starts, checkpointer, saves, stations.historyWatch(lineup));
        wait.answer(retry.required(stations.prepare().then(stations.introduce(declared.handlers()))));
        ListenerEngine operations =
                new ListenerEngine(connection, declarations, admission, stations, running, EngineStarter::thread);
        try {
            queue.run(() -> begin(declared, running));
        } catch (RuntimeException | Error e) {
            closeAfter(e, operations);
            throw e;
        }
        operations.letParkedGoOn(ids(declared));
        return operations;
    }

    private void begin(HandlerSet declared, EngineParts running) {
        wait.answer(retry.required(stations.forgetSettled(starts.asked(declared.handlers()))));
        running.lineup()
                .begin(Objects.requireNonNull(wait.answer(retry.required(running.starts()
                        .of(declared.handlers(), stations.streams().now())))));
        // From here on a handler that began now goes on from there, even if the process dies before its first change.
        wait.answer(retry.required(running.checkpointer().flush()));
        running.checkpointer().start();
        running.history().start(EngineConfiguration.HISTORY_INTERVAL, stations.timer());
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
        return admission.ask(declared.plan(), starts.unasked(declared.handlers()));
    }

    private static List<String> ids(HandlerSet declared) {
        return declared.handlers().stream().map(HandlerSpec::id).toList();
    }
}
