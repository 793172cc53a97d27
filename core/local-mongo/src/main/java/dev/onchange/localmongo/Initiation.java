package dev.onchange.localmongo;

import com.mongodb.MongoCommandException;
import dev.onchange.localmongo.LocalMongoException.Reason;
import java.util.ArrayList;
import java.util.List;
import org.bson.Document;

/** Makes nodes that run a replica set that accepts writes. */
final class Initiation {

    /** The server's ten seconds without a primary are long for a test; one second is too nervous for a busy machine. */
    private static final int ELECTION_MILLIS = 3_000;

    private static final int HEARTBEAT_MILLIS = 500;

    private final List<MongoNode> nodes;
    private final ServerAccess access;

    Initiation(List<MongoNode> nodes, ServerAccess access) {
        this.nodes = nodes;
        this.access = access;
    }

    /** For nodes without data. */
    void first() {
        try (AdminConnection connection =
                access.anonymous().connect(nodes.get(0).address(), ServerAccess.DIRECT)) {
            connection.run(new Document("replSetInitiate", configuration()));
            awaitPrimary(connection);
            access.user().ifPresent(user -> createUser(connection, user));
        }
        awaitAll();
    }

    /** For a node that is to be no replica set. */
    void none() {
        try (AdminConnection connection =
                access.anonymous().connect(nodes.get(0).address(), ServerAccess.DIRECT)) {
            access.user().ifPresent(user -> createUser(connection, user));
        }
    }

    /** For nodes that were a replica set before. */
    void again() {
        try (AdminConnection connection = access.connect(nodes.get(0).address(), ServerAccess.DIRECT)) {
            awaitPrimary(connection);
        }
        awaitAll();
    }

    private Document configuration() {
        List<Document> members = new ArrayList<>();
        for (MongoNode node : nodes) {
            members.add(new Document("_id", members.size()).append("host", node.address()));
        }
        Document settings = new Document("electionTimeoutMillis", ELECTION_MILLIS)
                .append("heartbeatIntervalMillis", HEARTBEAT_MILLIS)
                // A node that a test stops holds up no other.
                .append("chainingAllowed", false);
        return new Document("_id", LocalReplicaSet.NAME)
                .append("members", members)
                .append("settings", settings);
    }

    private static void awaitPrimary(AdminConnection first) {
        if (!Waiting.until(LocalReplicaSet.LIMIT, () -> becamePrimary(first))) {
            throw notReady("has no primary");
        }
    }

    /** Several nodes would first wait whether there is a primary; seen on 6.0: three seconds less when asked. */
    private static boolean becamePrimary(AdminConnection first) {
        if (first.run(new Document("hello", 1)).getBoolean("isWritablePrimary", false)) {
            return true;
        }
        try {
            first.run(new Document("replSetStepUp", 1));
        } catch (MongoCommandException notYet) {
            // The other nodes do not know the set yet.
        }
        return false;
    }

    /** Allowed without a login from this machine, as long as there is no user. */
    private static void createUser(AdminConnection connection, ServerAccess.User user) {
        connection.run(new Document("createUser", user.name())
                .append("pwd", user.password())
                .append("roles", List.of("root")));
    }

    private void awaitAll() {
        if (!Waiting.until(LocalReplicaSet.LIMIT, () -> nodes.stream().allMatch(MongoNode::serving))) {
            throw notReady("has nodes that are not in sync");
        }
    }

    private static LocalMongoException notReady(String what) {
        return new LocalMongoException(
                Reason.FAILED,
                "LocalMongo",
                "the replica set %s after %d seconds.".formatted(what, LocalReplicaSet.LIMIT.toSeconds()),
                "Look whether the machine is overloaded, and start again.",
                null);
    }
}
