package dev.onchange.localmongo;

import dev.onchange.localmongo.binary.Machine;
import dev.onchange.localmongo.binary.MongodBinary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;

/** The processes of a replica set that was started here, from the first to their end. */
final class LocalReplicaSet implements AutoCloseable {

    static final String NAME = "rs0";
    static final Duration LIMIT = Duration.ofSeconds(60);

    private final ServerFolder folder;
    private final ServerAccess access;
    private final List<MongoNode> nodes;

    private LocalReplicaSet(ServerFolder folder, ServerAccess access, List<MongoNode> nodes) {
        this.folder = folder;
        this.access = access;
        this.nodes = List.copyOf(nodes);
    }

    static LocalReplicaSet start(MongodBinary binary, ServerSpec spec, Machine machine) {
        ServerFolder folder =
                spec.kept().map(ServerFolder::kept).orElseGet(() -> ServerFolder.temporary(machine.dataFolder()));
        List<MongoNode> nodes = new ArrayList<>();
        try {
            Orphans.endIn(folder.path(), folder.kept());
            Optional<ServerCertificate> certificate =
                    spec.tls() ? Optional.of(ServerCertificate.create(folder.path(), machine)) : Optional.empty();
            Optional<Path> keyFile = spec.user().map(user -> KeyFile.in(folder.path()));
            ServerAccess access = new ServerAccess(spec.user(), certificate);
            MongodCommand command = new MongodCommand(binary, spec, keyFile, certificate, machine);
            SetFile file = SetFile.in(folder);
            List<Integer> ports = file.ports(spec, new FreePorts(new Random()));
            for (int port : ports) {
                nodes.add(node(folder.path().resolve("node-" + (nodes.size() + 1)), port, command, access, folder));
            }
            nodes.forEach(MongoNode::awaitReady);
            if (!spec.replicaSet()) {
                new Initiation(nodes, access).none();
            } else if (file.exists()) {
                new Initiation(nodes, access).again();
            } else {
                new Initiation(nodes, access).first();
                file.write(ports);
            }
            return new LocalReplicaSet(folder, access, nodes);
        } catch (IOException failure) {
            end(nodes, folder);
            throw new UncheckedIOException("no server can be started in " + folder.path(), failure);
        } catch (RuntimeException failure) {
            end(nodes, folder);
            throw failure;
        }
    }

    private static MongoNode node(Path own, int port, MongodCommand command, ServerAccess access, ServerFolder folder)
            throws IOException {
        String address = "127.0.0.1:" + port;
        Path data = Files.createDirectories(own.resolve("data"));
        return new MongoNode(
                address,
                own,
                () -> MongodProcess.launch(command.on(port, data), own, folder, command.machine()),
                () -> access.connect(address, ServerAccess.DIRECT));
    }

    List<MongoNode> nodes() {
        return nodes;
    }

    /** Whether all that still runs ends with this process without anybody's doing. */
    boolean guarded() {
        return nodes.stream().anyMatch(MongoNode::running)
                && nodes.stream().filter(MongoNode::running).allMatch(MongoNode::guarded);
    }

    ServerAccess access() {
        return access;
    }

    String hosts() {
        return nodes.stream().map(MongoNode::address).collect(Collectors.joining(","));
    }

    @Override
    public void close() {
        end(nodes, folder);
    }

    /** What is deleted need not be written in an orderly way. */
    private static void end(List<MongoNode> nodes, ServerFolder folder) {
        if (folder.kept()) {
            nodes.forEach(MongoNode::stop);
        }
        nodes.forEach(MongoNode::close);
        folder.close();
    }
}
