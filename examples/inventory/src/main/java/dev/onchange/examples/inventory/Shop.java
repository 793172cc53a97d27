package dev.onchange.examples.inventory;

import com.mongodb.MongoCommandException;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoCollection;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.bson.Document;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The shop's database, and listeners for it.
 *
 * @param connectionString of the server
 * @param client to write with; the listeners have their own
 * @param database its name, of no other shop
 */
public record Shop(String connectionString, MongoClient client, String database) {

    /** The inventory: documents of an item's name as {@code _id} and how many there are as {@code qty}. */
    public static final String INVENTORY = "inventory";

    /** Quiet streams end after at most this long, so that closing takes no longer. */
    private static final Duration QUIET = Duration.ofMillis(250);

    /** Listeners for this shop. */
    public ChangeListenersBuilder listeners(Object... handlers) {
        return configured(ChangeListeners.builder(connectionString)).handlers(handlers);
    }

    /** The same, whatever they were made of. */
    public ChangeListenersBuilder configured(ChangeListenersBuilder listeners) {
        return listeners
                .database(database)
                .stateDatabase(state())
                .placeholders(name -> name.equals("shop.database") ? database : null)
                .maxAwaitTime(QUIET);
    }

    /** The main house. */
    public MongoDatabase house() {
        return client.getDatabase(database);
    }

    /** A second database of the shop. */
    public MongoDatabase branch() {
        return client.getDatabase(database + "_branch");
    }

    /** The inventory of the main house. */
    public MongoCollection<Document> inventory() {
        return house().getCollection(INVENTORY);
    }

    /** Sees to it that there is an inventory, and that so many items are in the catalogue if there are none. */
    void open(int items) {
        run(Mono.from(house().createCollection(INVENTORY))
                .onErrorResume(MongoCommandException.class, exists -> Mono.empty()));
        MongoCollection<Document> catalogue = house().getCollection("catalogue");
        if (Mono.from(catalogue.find().first()).blockOptional().isEmpty()) {
            run(catalogue.insertMany(IntStream.range(0, items)
                    .mapToObj(item -> new Document("_id", item).append("price", 1 + item % 100))
                    .toList()));
        }
    }

    /** Adds an item to the inventory. */
    public void insert(String item, int qty) {
        run(inventory().insertOne(new Document("_id", item).append("qty", qty)));
    }

    /** Sets how many there are of an item. */
    public void setQty(String item, int qty) {
        run(inventory().updateOne(new Document("_id", item), new Document("$set", new Document("qty", qty))));
    }

    /** Removes all that the shop has written. */
    public void demolish() {
        for (String name : List.of(database, branch().getName(), state())) {
            run(client.getDatabase(name).drop());
        }
    }

    /** Runs a command to its end. */
    public static void run(Publisher<?> command) {
        Flux.from(command).blockLast();
    }

    private String state() {
        return "onchange_" + database;
    }
}
