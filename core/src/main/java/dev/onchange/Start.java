package dev.onchange;

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
final class Start {

    private static final Logger LOG = LoggerFactory.getLogger(ChangeListeners.class);

    private final Configuration configuration;
    private final Connection connection;
    private final Declarations declarations;
    private final Stations stations;
    private final HandlerStarts starts;
    private final Admission admission;
    private final OperationQueue queue = new OperationQueue(Start::thread);
    private final ServerWait wait;
    private final TransientRetry retry;

    private Start(Configuration configuration, Connection connection) {
        this.configuration = configuration;
        this.connection = connection;
        this.declarations = new Declarations(configuration, connection);
        this.stations =
                new Stations(configuration, connection.client(), declarations, new Events(configuration.listener));
        this.starts = new HandlerStarts(stations.checkpoints(), configuration.starts);
        this.wait = new ServerWait(configuration, stations.timer(), queue.ended());
        this.retry = TransientRetry.of(connection.client(), stations.timer());
        this.admission = new Admission(configuration, connection, declarations, stations.checkpoints(), wait);
    }

    /** Keeps nothing of the thread that happens to be the first to need it. */
    private static Thread thread(Runnable work) {
        Thread thread = new Thread(null, work, "onchange-operations", 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(ChangeListeners.class.getClassLoader());
        return thread;
    }

    /** The plan, without asking the server. */
    static Declared read(Configuration configuration) {
        try (Connection connection = Connection.to(configuration.server)) {
            return new Declarations(configuration, connection).configured();
        }
    }

    /** What the server says. */
    static Availability check(Configuration configuration) {
        try (Connection connection = Connection.to(configuration.server)) {
            Start start = new Start(configuration, connection);
            try {
                return start.check();
            } finally {
                start.stations.close();
            }
        }
    }

    private Availability check() {
        Declared declared = declarations.configured();
        Availability reached = admission.reach();
        return reached.usable() ? ask(admission.allowed(declared, Set.of())) : reached;
    }

    /** Listeners at work. */
    static Operations run(Configuration configuration) {
        Connection connection = Connection.to(configuration.server);
        try {
            return new Start(configuration, connection).runOrClose();
        } catch (RuntimeException | Error e) {
            connection.close();
            throw e;
        }
    }

    private Operations runOrClose() {
        try {
            return run();
        } catch (RuntimeException | Error e) {
            stations.close();
            throw e;
        }
    }

    private Operations run() {
        Declared asDeclared = declarations.configured();
        Admission.usable(admission.reach());
        Declared declared = admission.allowed(asDeclared, Set.of());
        Availability availability = Admission.usable(ask(declared));
        Journey journey = new Journey(stations, configuration.stopTimeout, wait);
        Lineup lineup = new Lineup(journey, declarations, declared, queue, wait);
        SaveWatch saves = stations.saveWatch(lineup);
        Checkpointer checkpointer = stations.checkpointer(lineup::positions, saves);
        Running running = new Running(
                queue, wait, availability, journey, lineup, starts, checkpointer, saves, stations.historyWatch(lineup));
        wait.answer(retry.required(stations.prepare().then(stations.introduce(declared.handlers()))));
        Operations operations = new Operations(connection, declarations, admission, stations, running, Start::thread);
        try {
            queue.run(() -> begin(declared, running));
        } catch (RuntimeException | Error e) {
            closeAfter(e, operations);
            throw e;
        }
        operations.letParkedGoOn(ids(declared));
        return operations;
    }

    private void begin(Declared declared, Running running) {
        wait.answer(retry.required(stations.forgetSettled(starts.asked(declared.handlers()))));
        running.lineup()
                .begin(Objects.requireNonNull(wait.answer(retry.required(running.starts()
                        .of(declared.handlers(), stations.streams().now())))));
        // From here on a handler that began now goes on from there, even if the process dies before its first change.
        wait.answer(retry.required(running.checkpointer().flush()));
        running.checkpointer().start();
        running.history().start(Configuration.HISTORY_INTERVAL, stations.timer());
        LOG.info("Listening:\n{}", declared.plan());
    }

    /** So that no stream of a client that stays open goes on for nobody. */
    private static void closeAfter(Throwable failure, Operations operations) {
        try {
            operations.close();
        } catch (RuntimeException further) {
            failure.addSuppressed(further);
        }
    }

    private Availability ask(Declared declared) {
        return admission.ask(declared.plan(), starts.unasked(declared.handlers()));
    }

    private static List<String> ids(Declared declared) {
        return declared.handlers().stream().map(HandlerSpec::id).toList();
    }
}
