package dev.onchange.testing;

import com.mongodb.MongoCommandException;
import dev.onchange.OnChangeException;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.bson.Document;

/** The processes of a replica set that was started here, from the first to their end. */
final class LocalReplicaSet implements AutoCloseable {

    static final String NAME = "rs0";
    static final Duration LIMIT = Duration.ofSeconds(60);

    /** The server's ten seconds without a primary are too long for a test, one second too nervous for a busy machine. */
    private static final int ELECTION_MILLIS = 3_000;

    private static final int HEARTBEAT_MILLIS = 500;
    private static final String DIRECT = "directConnection=true";
    private static final int KEY_BYTES = 48;

    private final ServerFolder folder;
    private final Access access;
    private final List<MongoNode> nodes;

    private LocalReplicaSet(ServerFolder folder, Access access, List<MongoNode> nodes) {
        this.folder = folder;
        this.access = access;
        this.nodes = List.copyOf(nodes);
    }

    static LocalReplicaSet start(MongodBinary binary, ServerSpec spec, Machine machine) {
        ServerFolder folder = ServerFolder.create(machine.temporary());
        List<MongoNode> nodes = new ArrayList<>();
        try {
            Optional<ServerCertificate> certificate =
                    spec.tls() ? Optional.of(ServerCertificate.create(folder.path(), machine)) : Optional.empty();
            Optional<Path> keyFile = spec.user().isPresent() ? Optional.of(keyFile(folder)) : Optional.empty();
            Access access = new Access(spec.user(), certificate);
            MongodCommand command = new MongodCommand(binary, spec, keyFile, certificate, machine);
            FreePorts ports = new FreePorts(RandomGenerator.getDefault());
            for (int number = 1; number <= spec.nodes(); number++) {
                nodes.add(node(number, ports.next(), command, access, folder));
            }
            nodes.forEach(MongoNode::awaitReady);
            LocalReplicaSet set = new LocalReplicaSet(folder, access, nodes);
            set.initiate();
            return set;
        } catch (RuntimeException failure) {
            nodes.forEach(MongoNode::close);
            folder.close();
            throw failure;
        }
    }

    private static MongoNode node(int number, int port, MongodCommand command, Access access, ServerFolder folder) {
        Path own = folder.path().resolve("node-" + number);
        String address = "127.0.0.1:" + port;
        try {
            Path data = Files.createDirectories(own.resolve("data"));
            return new MongoNode(
                    address,
                    own,
                    () -> MongodProcess.launch(command.on(port, data), own, folder, command.machine()),
                    () -> access.connect(address, DIRECT));
        } catch (IOException failure) {
            throw new UncheckedIOException("no data folder can be made in " + own, failure);
        }
    }

    /** Only the owner may read it, else the server refuses it; Windows has no such rule. */
    private static Path keyFile(ServerFolder folder) {
        byte[] key = new byte[KEY_BYTES];
        RandomGenerator.getDefault().nextBytes(key);
        Path file = folder.path().resolve("key");
        try {
            Files.writeString(file, Base64.getEncoder().encodeToString(key));
            if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            }
            return file;
        } catch (IOException failure) {
            throw new UncheckedIOException("no key file can be made in " + folder.path(), failure);
        }
    }

    private void initiate() {
        MongoNode first = nodes.get(0);
        try (AdminConnection connection = access.anonymous().connect(first.address(), DIRECT)) {
            connection.run(new Document("replSetInitiate", configuration()));
            if (!Wait.until(LIMIT, () -> isWritable(connection))) {
                throw notReady("has no primary " + LIMIT.toSeconds() + " seconds after it was initiated");
            }
            access.user().ifPresent(user -> createUser(connection, user));
        }
        if (!Wait.until(LIMIT, () -> nodes.stream().allMatch(MongoNode::serving))) {
            throw notReady("has nodes that are not in sync after " + LIMIT.toSeconds() + " seconds");
        }
    }

    /** Several nodes would first wait for one another's election; seen on 6.0: three seconds less when asked. */
    private boolean isWritable(AdminConnection connection) {
        if (connection.run(new Document("hello", 1)).getBoolean("isWritablePrimary", false)) {
            return true;
        }
        try {
            connection.run(new Document("replSetStepUp", 1));
        } catch (MongoCommandException notYet) {
            // The other nodes do not know the set yet.
        }
        return false;
    }

    private Document configuration() {
        List<Document> members = new ArrayList<>();
        for (MongoNode node : nodes) {
            members.add(new Document("_id", members.size()).append("host", node.address()));
        }
        return new Document("_id", NAME)
                .append("members", members)
                .append(
                        "settings",
                        new Document("electionTimeoutMillis", ELECTION_MILLIS)
                                .append("heartbeatIntervalMillis", HEARTBEAT_MILLIS));
    }

    /** Allowed without a login from this machine, as long as there is no user. */
    private static void createUser(AdminConnection connection, Access.User user) {
        connection.run(new Document("createUser", user.name())
                .append("pwd", user.password())
                .append("roles", List.of("root")));
    }

    private static OnChangeException notReady(String what) {
        return new OnChangeException(List.of(new Problem(
                ProblemCode.LOCAL_SERVER_FAILED,
                "LocalMongo",
                "the replica set " + what + ".",
                "Look whether the machine is overloaded, and start again.")));
    }

    List<MongoNode> nodes() {
        return nodes;
    }

    /** Whether all that still runs ends with this process without anybody's doing. */
    boolean guarded() {
        return nodes.stream().anyMatch(MongoNode::running)
                && nodes.stream().filter(MongoNode::running).allMatch(MongoNode::guarded);
    }

    Access access() {
        return access;
    }

    String hosts() {
        return nodes.stream().map(MongoNode::address).collect(Collectors.joining(","));
    }

    /** Kills all of it: the data is deleted, so nothing need be written in an orderly way. */
    @Override
    public void close() {
        nodes.forEach(MongoNode::close);
        folder.close();
    }
}
