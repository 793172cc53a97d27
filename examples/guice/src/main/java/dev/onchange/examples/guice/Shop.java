package dev.onchange.examples.guice;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.ChangeListeners;
import dev.onchange.guice.OnChangeModule;
import dev.onchange.localmongo.LocalMongo;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * A shop on Guice. Handlers listen from when the listeners are asked for until these are closed.
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
        // tag::injector
        Injector injector = Guice.createInjector(
                binder -> binder.bind(Reordering.class),
                new OnChangeModule(
                        () -> ChangeListeners.builder(uri).database(database).stateDatabase(database + "_state")));

        try (ChangeListeners listeners = injector.getInstance(ChangeListeners.class)) {
            // end::injector
            MongoCollection<Document> inventory =
                    listeners.client().getDatabase(database).getCollection("inventory");
            Mono.from(inventory.deleteMany(new Document())).block();
            Mono.from(inventory.insertOne(new Document("_id", "apples").append("qty", 100)))
                    .block();
            sell(inventory, 40);
            sell(inventory, 4);
            String order = injector.getInstance(Orders.class).queue().poll(30, TimeUnit.SECONDS);
            System.out.println(listeners.status());
            return order;
        }
    }

    private static void sell(MongoCollection<Document> inventory, int left) {
        Mono.from(inventory.updateOne(Filters.eq("apples"), Updates.set("qty", left)))
                .block();
        System.out.println("Sold apples; " + left + " are left");
    }
}
