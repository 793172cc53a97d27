package dev.onchange.localmongo;

import dev.onchange.localmongo.binary.Machine;
import dev.onchange.localmongo.binary.Version;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Says what a {@link LocalMongo} must be like; see {@link LocalMongo#builder()}.
 *
 * <p>Whatever is asked for here can only be had from a process of its own, so the server of
 * {@code MONGODB_URI} is passed over as soon as anything but {@link #atLeast} is called.
 *
 * <p>Not for use by several threads at once.
 */
public final class LocalMongoBuilder {

    /** Enough for some hundred thousand small changes. */
    static final int OPLOG_MEGABYTES = 512;

    private static final int MOST_NODES = 7;
    private static final int HIGHEST_PORT = 65_535;

    private final Map<String, String> parameters = new LinkedHashMap<>();
    private final List<String> arguments = new ArrayList<>();
    private Optional<ServerAccess.User> user = Optional.empty();
    private Version atLeast = Version.ANY;
    private int nodes = 1;
    private boolean replicaSet = true;
    private int oplogMegabytes = OPLOG_MEGABYTES;
    private Optional<Path> kept = Optional.empty();
    private OptionalInt port = OptionalInt.empty();
    private boolean tls;
    private boolean ownProcess;

    LocalMongoBuilder() {}

    /**
     * How many nodes the replica set has, 1 by default: three let one be lost.
     *
     * @throws IllegalArgumentException if there are less than 1 or more than 7, which can vote
     */
    public LocalMongoBuilder nodes(int count) {
        if (count < 1 || count > MOST_NODES) {
            throw new IllegalArgumentException("A replica set has 1 to 7 voting nodes, not " + count + ".");
        }
        nodes = count;
        return ownProcess();
    }

    /** One node that is no replica set and so has no change streams: for tests of what is said then. */
    public LocalMongoBuilder standalone() {
        replicaSet = false;
        nodes = 1;
        return ownProcess();
    }

    /**
     * Clients must log in. The user may do everything, and {@link LocalMongo#connectionString()} names it;
     * others are created with {@link LocalMongo#admin}.
     */
    public LocalMongoBuilder credentials(String name, String password) {
        user = Optional.of(new ServerAccess.User(name, password));
        return ownProcess();
    }

    /** Clients must use TLS, and trust what {@link LocalMongo#sslContext()} trusts. */
    public LocalMongoBuilder tls() {
        tls = true;
        return ownProcess();
    }

    /** Sets a server parameter at start, as {@code --setParameter} does. */
    public LocalMongoBuilder parameter(String name, Object value) {
        parameters.put(name, value.toString());
        return ownProcess();
    }

    /** How many megabytes of history the server keeps, 512 by default. */
    public LocalMongoBuilder oplogSizeMb(int megabytes) {
        oplogMegabytes = megabytes;
        return ownProcess();
    }

    /** Adds to the command line of every {@code mongod}; its log must stay on standard output. */
    public LocalMongoBuilder arguments(String... added) {
        arguments.addAll(List.of(added));
        return ownProcess();
    }

    /**
     * Passes over servers that are older, for example {@code "6.0.9"}, the first 6.0 with
     * {@code $changeStreamSplitLargeEvent}. By default what {@code MONGODB_URI} or {@code ONCHANGE_MONGOD} names is
     * used whatever its version is, and anything else from 6.0 on.
     *
     * @throws IllegalArgumentException if it is not a version
     */
    public LocalMongoBuilder atLeast(String version) {
        atLeast = Version.parse(version);
        return this;
    }

    /**
     * Keeps the data in this folder, made if it is not there; a later server of the same folder has them, and the
     * same {@link LocalMongo#connectionString()}. One server at a time can use it.
     */
    public LocalMongoBuilder keepDataIn(Path folder) {
        kept = Optional.of(folder);
        return ownProcess();
    }

    /**
     * Listens on this port, and with further nodes on those that follow; by default on ports that are free. With
     * {@link #keepDataIn} it must be the port that the data was written at.
     *
     * @throws IllegalArgumentException if there is no such port
     */
    public LocalMongoBuilder port(int number) {
        if (number < 1 || number > HIGHEST_PORT) {
            throw new IllegalArgumentException("A port is between 1 and " + HIGHEST_PORT + ", not " + number + ".");
        }
        port = OptionalInt.of(number);
        return ownProcess();
    }

    /** Passes over the server of {@code MONGODB_URI}, for tests that stop or kill theirs. */
    public LocalMongoBuilder ownProcess() {
        ownProcess = true;
        return this;
    }

    /**
     * Finds a server and returns when it accepts writes.
     *
     * @throws LocalMongoException if there is none, or it does not start; says what was tried
     */
    public LocalMongo start() {
        return start(Machine.current());
    }

    LocalMongo start(Machine machine) {
        return LocalMongo.start(
                new ServerSpec(
                        nodes,
                        replicaSet,
                        user,
                        tls,
                        atLeast,
                        parameters,
                        oplogMegabytes,
                        arguments,
                        kept,
                        port,
                        ownProcess),
                machine);
    }
}
