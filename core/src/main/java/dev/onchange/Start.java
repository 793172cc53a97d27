package dev.onchange;

import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.check.Availability;
import dev.onchange.check.AvailabilityChecks;
import dev.onchange.check.ServerProbe;
import dev.onchange.checkpoint.Checkpointer;
import dev.onchange.checkpoint.Position;
import dev.onchange.plan.StreamPlan;
import dev.onchange.scan.HandlerSpec;
import dev.onchange.scan.Watched;
import java.util.List;
import java.util.Map;
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

    private Start(Configuration configuration, Connection connection) {
        this.configuration = configuration;
        this.connection = connection;
        this.declarations = new Declarations(configuration, connection);
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
            return start.ask(start.declarations.configured());
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
        Declared declared = allowed(declarations.configured());
        Availability availability = ask(declared);
        if (!availability.usable()) {
            throw unusable(availability);
        }
        Journey journey = new Journey(stations, configuration.stopTimeout);
        Lineup lineup = new Lineup(journey, declarations, declared);
        HandlerStarts starts = new HandlerStarts(stations.checkpoints(), configuration.starts);
        Checkpointer checkpointer = stations.checkpointer(lineup::positions, lineup::isTransactional);
        stations.prepare().then(stations.introduce(declared.handlers())).block();
        Map<String, HandlerStart> begin = Objects.requireNonNull(
                starts.of(declared.handlers(), stations.streams().now()).block());
        lineup.begin(begin);
        // From here on a handler that began now goes on from there, even if the process dies before its first change.
        checkpointer.flush().block();
        checkpointer.start();
        LOG.info("Listening:\n{}", declared.plan());
        Running running = new Running(journey, lineup, starts, checkpointer);
        Operations operations = new Operations(connection, declarations, availability, stations, running);
        operations.letParkedGoOn(ids(declared));
        return operations;
    }

    /** A shared stream needs more privileges than its parts: where they are missing, it is split up. */
    private Declared allowed(Declared declared) {
        List<Watched> scopes =
                declared.plan().streams().stream().map(StreamPlan::scope).toList();
        Set<Watched> refused = Objects.requireNonNull(
                new ServerProbe(connection.client()).refused(scopes).block());
        if (refused.isEmpty()) {
            return declared;
        }
        declarations.avoid(refused);
        return declarations.planned(declared, declared.handlers());
    }

    private Availability ask(Declared declared) {
        MongoClient client = connection.client();
        Map<String, Position> kept = stations.checkpoints()
                .load(ids(declared))
                .onErrorReturn(Map.of())
                .block();
        return Objects.requireNonNull(new AvailabilityChecks(client)
                .run(declared.plan(), Objects.requireNonNull(kept))
                .block());
    }

    private static List<String> ids(Declared declared) {
        return declared.handlers().stream().map(HandlerSpec::id).toList();
    }

    private static OnChangeException unusable(Availability availability) {
        return new OnChangeException(availability.problems());
    }
}
