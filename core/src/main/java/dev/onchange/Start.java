package dev.onchange;

import dev.onchange.check.Availability;
import dev.onchange.check.AvailabilityChecks;
import dev.onchange.checkpoint.Checkpointer;
import dev.onchange.checkpoint.Position;
import dev.onchange.problem.ProblemCode;
import dev.onchange.scan.HandlerSpec;
import dev.onchange.stream.StreamSettings;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    private final Splitting splitting;
    private final Stations stations;

    private Start(Configuration configuration, Connection connection) {
        this.configuration = configuration;
        this.connection = connection;
        this.declarations = new Declarations(configuration, connection);
        this.splitting = new Splitting(connection.client(), declarations);
        this.stations =
                new Stations(configuration, connection.client(), declarations, new Events(configuration.listener));
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
            Declared declared = start.declarations.configured();
            Availability reached = start.reach();
            return reached.usable() ? start.ask(start.splitting.allowed(declared)) : reached;
        }
    }

    /** Listeners at work. */
    static Operations run(Configuration configuration) {
        Connection connection = Connection.to(configuration.server);
        try {
            return new Start(configuration, connection).run();
        } catch (RuntimeException | Error e) {
            connection.close();
            throw e;
        }
    }

    private Operations run() {
        Declared asDeclared = declarations.configured();
        usable(reach());
        Declared declared = splitting.allowed(asDeclared);
        Availability availability = usable(ask(declared));
        Journey journey = new Journey(stations, configuration.stopTimeout);
        Lineup lineup = new Lineup(journey, declarations, declared);
        HandlerStarts starts = new HandlerStarts(stations.checkpoints(), configuration.starts);
        SaveWatch saves = stations.saveWatch(lineup);
        Checkpointer checkpointer = stations.checkpointer(lineup::positions, saves);
        Running running = new Running(journey, lineup, starts, checkpointer, saves, stations.historyWatch(lineup));
        stations.prepare().then(stations.introduce(declared.handlers())).block();
        Operations operations = new Operations(connection, declarations, availability, stations, running);
        try {
            begin(declared, running);
        } catch (RuntimeException | Error e) {
            closeAfter(e, operations);
            throw e;
        }
        operations.letParkedGoOn(ids(declared));
        return operations;
    }

    private void begin(Declared declared, Running running) {
        running.lineup()
                .begin(Objects.requireNonNull(running.starts()
                        .of(declared.handlers(), stations.streams().now())
                        .block()));
        running.starts().begun(declared.handlers());
        // From here on a handler that began now goes on from there, even if the process dies before its first change.
        running.checkpointer().flush().block();
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

    /** Asked before anything else, so that a server that is down costs one server selection time-out. */
    private Availability reach() {
        return Objects.requireNonNull(checks().reach().block());
    }

    private AvailabilityChecks checks() {
        return configuration.server instanceof Server.Settings given
                ? new AvailabilityChecks(connection.client(), given.settings())
                : new AvailabilityChecks(connection.client());
    }

    private Availability ask(Declared declared) {
        List<String> goOn = ids(declared).stream()
                .filter(id -> !configuration.starts.containsKey(id))
                .toList();
        Map<String, Position> kept = Objects.requireNonNull(
                stations.checkpoints().load(goOn).onErrorReturn(Map.of()).block());
        Availability availability =
                Objects.requireNonNull(checks().run(declared.plan(), kept).block());
        return configuration.historyLost == StreamSettings.DEFAULT_HISTORY_LOST
                ? availability
                : availability.tolerating(ProblemCode.HISTORY_LOST);
    }

    private static Availability usable(Availability availability) {
        if (!availability.usable()) {
            throw new OnChangeException(availability.problems());
        }
        return availability;
    }

    private static List<String> ids(Declared declared) {
        return declared.handlers().stream().map(HandlerSpec::id).toList();
    }
}
