package dev.onchange.examples.inventory.rows;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.ServerAddress;
import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.examples.inventory.Journal;
import dev.onchange.examples.inventory.Shop;
import dev.onchange.examples.inventory.handlers.AuditTrail;
import dev.onchange.problem.ProblemCode;
import java.util.ArrayList;
import java.util.List;
import org.bson.types.ObjectId;

/** Connects with whatever the driver takes, and says at once, and once, if nobody answers. */
final class Row02Connect implements Row {

    /** Port 1 is reserved, and nothing listens there. */
    private static final ServerAddress NOBODY = new ServerAddress("127.0.0.1", 1);

    @Override
    public int number() {
        return 2;
    }

    @Override
    public String title() {
        return "Connect";
    }

    @Override
    public String declares() {
        return "a connection string, several seeds, an own client, a dead host";
    }

    @Override
    public Result run(Shop shop) {
        MongoClient own = shop.client();
        Refusal unreachable = Refusal.of(
                shop.configured(ChangeListeners.builder("mongodb://" + NOBODY + "/?serverSelectionTimeoutMS=500"))
                        .handlers(new AuditTrail(new Journal())));
        return new Result(
                "a connection string, several seeds, an own client, and a host where nobody listens",
                List.of("string 1", "seeds 1", "client 1", "refused " + ProblemCode.SERVER_UNAVAILABLE.id()),
                List.of(
                        "string " + delivered(shop, ChangeListeners.builder(shop.connectionString())),
                        "seeds " + delivered(shop, ChangeListeners.builder(seeds(shop.connectionString()))),
                        "client " + delivered(shop, ChangeListeners.builder(own)),
                        unreachable.codes()),
                unreachable.message());
    }

    /** The server's hosts and one more, which is down; a DNS seed list cannot have one more. */
    private static MongoClientSettings seeds(String text) {
        ConnectionString string = new ConnectionString(text);
        MongoClientSettings.Builder settings = MongoClientSettings.builder().applyConnectionString(string);
        if (!string.isSrvProtocol() && string.getRequiredReplicaSetName() != null) {
            List<ServerAddress> hosts = new ArrayList<>(List.of(NOBODY));
            string.getHosts().forEach(host -> hosts.add(new ServerAddress(host)));
            settings.applyToClusterSettings(cluster -> cluster.hosts(hosts));
        }
        return settings.build();
    }

    private static int delivered(Shop shop, ChangeListenersBuilder builder) {
        Journal journal = new Journal();
        try (ChangeListeners listeners =
                shop.configured(builder).handlers(new AuditTrail(journal)).start()) {
            shop.insert(new ObjectId().toHexString(), 1);
            journal.await(1);
        }
        return journal.lines().size();
    }
}
