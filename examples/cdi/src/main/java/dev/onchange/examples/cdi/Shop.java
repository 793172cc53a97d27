package dev.onchange.examples.cdi;

import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.ChangeListeners;
import dev.onchange.localmongo.LocalMongo;
import jakarta.enterprise.inject.se.SeContainer;
import jakarta.enterprise.inject.se.SeContainerInitializer;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A shop on CDI, here on Weld SE. Handlers listen from the start of the container until it closes.
 *
 * <p>It uses the server that the environment variable {@code MONGODB_URI} names, else one of its own, lets a day pass,
 * prints what happened, and ends.
 */
public final class Shop {

    private Shop() {}

    public static void main(String[] args) throws InterruptedException {
        try (LocalMongo mongo = LocalMongo.start()) {
            System.out.println("Ordered " + day(mongo.connectionString(), "shop"));
        }
        // Maven runs this in its own process and would wait for the driver's threads, which end when they like.
        System.exit(0);
    }

    /** Sells until something runs low; gives what was ordered then, null if nothing was. */
    static @Nullable String day(String uri, String database) throws InterruptedException {
        System.setProperty("shop.uri", uri);
        System.setProperty("shop.database", database);
        System.setProperty("shop.state", database + "_state");
        try (MongoClient client = MongoClients.create(uri);
                SeContainer container = SeContainerInitializer.newInstance().initialize()) {
            MongoCollection<Document> inventory = client.getDatabase(database).getCollection("inventory");
            Mono.from(inventory.deleteMany(new Document())).block();
            Mono.from(inventory.insertOne(new Document("_id", "apples").append("qty", 100)))
                    .block();
            sell(inventory, 40);
            sell(inventory, 4);
            String order = container.select(Orders.class).get().queue().poll(30, TimeUnit.SECONDS);
            System.out.println(container.select(ChangeListeners.class).get().status());
            return order;
        }
    }

    private static void sell(MongoCollection<Document> inventory, int left) {
        Mono.from(inventory.updateOne(Filters.eq("apples"), Updates.set("qty", left)))
                .block();
        System.out.println("Sold apples; " + left + " are left");
    }
}
