package dev.onchange.localmongo;

import com.mongodb.MongoException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/**
 * One member of a {@link LocalMongo}, to be stopped, killed and started again.
 *
 * <p>Every method may be called from any thread that may block; they wait for each other.
 */
public final class MongoNode {

    private final String address;
    private final Path folder;
    private final Supplier<MongodProcess> launch;
    private final Supplier<AdminConnection> connect;
    private MongodProcess process;
    private @Nullable AdminConnection connection;

    MongoNode(String address, Path folder, Supplier<MongodProcess> launch, Supplier<AdminConnection> connect) {
        this.address = address;
        this.folder = folder;
        this.launch = launch;
        this.connect = connect;
        this.process = launch.get();
    }

    /** Host and port, as the replica set knows it. */
    public String address() {
        return address;
    }

    /** What the process prints; deleted with the server. */
    public Path log() {
        return MongodProcess.log(folder);
    }

    /** The process now, or the last one. */
    public synchronized long pid() {
        return process.pid();
    }

    /** Whether the process lives. */
    public synchronized boolean running() {
        return process.isAlive();
    }

    /** Whether it accepts writes now. */
    public boolean primary() {
        return running() && is("isWritablePrimary");
    }

    /** Whether it accepts reads, as primary or secondary. */
    boolean serving() {
        return running() && (is("isWritablePrimary") || is("secondary"));
    }

    private boolean is(String role) {
        try {
            return Boolean.TRUE.equals(admin(new Document("hello", 1)).getBoolean(role));
        } catch (MongoException unreachable) {
            return false;
        }
    }

    /**
     * Runs a command in its {@code admin} database, on this node whatever its role is.
     *
     * @throws MongoException as the driver throws it
     */
    public Document admin(Bson command) {
        return connection().run(command);
    }

    private synchronized AdminConnection connection() {
        if (connection == null) {
            connection = connect.get();
        }
        return connection;
    }

    /**
     * Makes this node fail on purpose, for example {@code failPoint("failCommand", new Document("times", 1), new
     * Document("failCommands", List.of("getMore")).append("errorCode", 43))}.
     *
     * <p>After an error that stands for the loss of the primary, such as 91 or 11600, the driver looks at the server
     * again only at its next heartbeat: give the client under test a {@code heartbeatFrequencyMS} of 500.
     *
     * @param name of the server's fail point
     * @param mode {@code "alwaysOn"} or a document that limits it
     * @param data what the fail point takes
     * @return ends it when closed
     */
    public FailPoint failPoint(String name, Object mode, Bson data) {
        return FailPoint.set(connection(), name, mode, data);
    }

    void awaitReady() {
        process.awaitReady();
    }

    /** Whether it lives, and ends with this process without anybody's doing. */
    synchronized boolean guarded() {
        return process.isAlive() && process.guarded();
    }

    /** Shuts it down in an orderly way; does nothing if it does not run. */
    public synchronized void stop() {
        if (!running()) {
            return;
        }
        try {
            admin(new Document("shutdown", 1).append("force", true).append("timeoutSecs", 0));
        } catch (MongoException closedTheConnection) {
            // The answer to a shutdown is that the connection ends.
        }
        process.awaitEnd();
    }

    /** Kills the process as a power cut would; does nothing if it does not run. */
    public synchronized void kill() {
        process.kill();
    }

    /**
     * Suspends the process: connections stay open and nothing answers, as with a network that swallows packets. Its
     * set elects another primary if it can. {@link #thaw()} ends it.
     *
     * @throws UnsupportedOperationException on Windows
     */
    public void freeze() {
        process.signal("STOP");
    }

    /** Lets it go on after {@link #freeze()}. */
    public void thaw() {
        process.signal("CONT");
    }

    /**
     * Starts it again with the data it had, stopping it first if it runs; returns when it serves reads.
     *
     * @throws LocalMongoException if it does not start
     * @throws IllegalStateException if it finds no place in its set
     */
    public synchronized void restart() {
        stop();
        process = launch.get();
        process.awaitReady();
        if (!Waiting.until(LocalReplicaSet.LIMIT, this::serving)) {
            throw new IllegalStateException(
                    address + " serves no reads after " + LocalReplicaSet.LIMIT.toSeconds() + " seconds; see " + log());
        }
    }

    synchronized void close() {
        if (connection != null) {
            connection.close();
        }
        process.kill();
    }
}
