package dev.onchange.examples.cluster;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.ClientSession;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.ChangeListeners;
import dev.onchange.Cluster;
import dev.onchange.OnChange;
import dev.onchange.status.ListenerEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.bson.Document;
import org.reactivestreams.Publisher;

/** One of several processes: counts each order by customer, by day and by product, each in a transaction. */
public final class Instance {

    static final String ORDERS = "orders";

    private final Map<String, MongoCollection<Document>> counts = new HashMap<>();

    private Instance(MongoClient client, String database) {
        for (String by : new String[] {"customer", "day", "product"}) {
            counts.put(by, client.getDatabase(database).getCollection(by));
        }
    }

    /**
     * Listens until its input ends.
     *
     * @param arguments connection string, database, a name to print, and the lease in milliseconds
     */
    public static void main(String... arguments) throws IOException {
        String uri = arguments[0];
        String database = arguments[1];
        String name = arguments[2];
        Duration lease = Duration.ofMillis(Long.parseLong(arguments[3]));
        PrintStream out = System.out;
        try (MongoClient client = MongoClients.create(uri);
                ChangeListeners listeners = ChangeListeners.builder(client)
                        .database(database)
                        .stateDatabase(database + "_state")
                        .cluster(Cluster.usual().withLease(lease))
                        .listener(event -> tell(out, name, event))
                        .handlers(new Instance(client, database))
                        .start()) {
            out.println(name + " listens");
            InputStream input = System.in;
            while (input.read() >= 0) {
                // Nothing is written to it.
            }
        }
    }

    private static void tell(PrintStream out, String name, ListenerEvent event) {
        if (event instanceof ListenerEvent.HandlerTaken taken) {
            out.println(name + " takes " + taken.handlerId() + ", term " + taken.term());
        } else if (event instanceof ListenerEvent.HandlerGiven given) {
            out.println(name + " gives " + given.handlerId());
        } else if (event instanceof ListenerEvent.MemberDied died) {
            out.println(name + " misses process " + died.pid());
        }
    }

    @OnChange(id = "by-customer", collection = ORDERS, operation = "insert", transactional = true)
    Publisher<?> byCustomer(Document order, ClientSession session) {
        return count("customer", order, session);
    }

    @OnChange(id = "by-day", collection = ORDERS, operation = "insert", transactional = true)
    Publisher<?> byDay(Document order, ClientSession session) {
        return count("day", order, session);
    }

    @OnChange(id = "by-product", collection = ORDERS, operation = "insert", transactional = true)
    Publisher<?> byProduct(Document order, ClientSession session) {
        return count("product", order, session);
    }

    private Publisher<?> count(String by, Document order, ClientSession session) {
        MongoCollection<Document> collection = Objects.requireNonNull(counts.get(by));
        return collection.updateOne(
                session, Filters.eq(order.get("_id")), Updates.inc("times", 1), new UpdateOptions().upsert(true));
    }
}
