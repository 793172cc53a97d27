package dev.onchange.inject;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.localmongo.LocalMongo;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.Document;
import reactor.core.publisher.Mono;

/** A database of a test's own, and a list of what handlers note, wherever a container makes them. */
public final class Ledger implements AutoCloseable {

    private final String uri = LocalMongo.shared().connectionString();
    private final String database = "wiring_" + Long.toHexString(System.nanoTime());
    private final MongoClient client = MongoClients.create(uri);
    private final List<Object> notes = new CopyOnWriteArrayList<>();

    /** Listeners on the database, which read often, so that closing is quick. */
    public ChangeListenersBuilder builder() {
        return ChangeListeners.builder(uri)
                .database(database)
                .stateDatabase(database + "_state")
                .maxAwaitTime(Duration.ofMillis(100));
    }

    public MongoClient client() {
        return client;
    }

    public String database() {
        return database;
    }

    public void note(Object what) {
        notes.add(what);
    }

    public List<Object> notes() {
        return notes;
    }

    /** Changes a document. */
    public void update(String collection, int id) {
        Mono.from(client.getDatabase(database)
                        .getCollection(collection)
                        .updateOne(new Document("_id", id), new Document("$inc", new Document("changed", 1))))
                .block();
    }

    public void insert(String collection, int id) {
        Mono.from(client.getDatabase(database).getCollection(collection).insertOne(new Document("_id", id)))
                .block();
    }

    @Override
    public void close() {
        Mono.from(client.getDatabase(database).drop()).block();
        Mono.from(client.getDatabase(database + "_state").drop()).block();
        client.close();
    }
}
