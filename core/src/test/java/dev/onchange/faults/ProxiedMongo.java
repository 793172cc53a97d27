package dev.onchange.faults;

import static org.awaitility.Awaitility.await;

import dev.onchange.localmongo.LocalMongo;
import dev.onchange.localmongo.MongoNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.bson.Document;

/** A replica set of one node whose only address that it tells its clients is that of a {@link Proxy}. */
final class ProxiedMongo implements AutoCloseable {

    private final LocalMongo mongo = LocalMongo.builder().ownProcess().start();
    private final MongoNode node = mongo.nodes().get(0);
    private final Proxy proxy = Proxy.to(node.address());

    ProxiedMongo() {
        Document configuration = node.admin(new Document("replSetGetConfig", 1)).get("config", Document.class);
        configuration.getList("members", Document.class).get(0).put("host", proxy.address());
        configuration.put("version", configuration.getInteger("version") + 1);
        node.admin(new Document("replSetReconfig", configuration).append("force", true));
        await().atMost(Patience.LIMIT).until(node::primary);
    }

    Proxy proxy() {
        return proxy;
    }

    /** By way of the proxy. */
    String connectionString() {
        return "mongodb://" + proxy.address() + "/?replicaSet=rs0";
    }

    /** Past the proxy. */
    String direct() {
        return "mongodb://" + node.address() + "/?directConnection=true";
    }

    /** Lets the server answer the next command of that name only after so long. */
    void blockOnce(String command, String namespace, Duration time) {
        node.failPoint(
                "failCommand",
                new Document("times", 1),
                new Document("failCommands", List.of(command))
                        .append("namespace", namespace)
                        .append("blockConnection", true)
                        .append("blockTimeMS", time.toMillis()));
    }

    /** How many change streams the server has open, in use or not. */
    long cursors() {
        Document idle = new Document("$currentOp", new Document("idleCursors", true).append("allUsers", true));
        Document ours = new Document(
                "$match", new Document("cursor.originatingCommand.comment", new Document("$regex", "^onchange ")));
        Document count = new Document("$count", "cursors");
        List<Document> found = node.admin(new Document("aggregate", 1)
                        .append("pipeline", List.of(idle, ours, count))
                        .append("cursor", new Document()))
                .get("cursor", Document.class)
                .getList("firstBatch", Document.class);
        return found.isEmpty() ? 0 : found.get(0).getInteger("cursors");
    }

    @Override
    public void close() throws IOException {
        proxy.close();
        mongo.close();
    }
}
