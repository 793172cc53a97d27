package dev.onchange.listening;

import com.mongodb.ConnectionString;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import com.mongodb.reactivestreams.client.MongoCollection;
import dev.onchange.ChangeListeners;
import dev.onchange.ChangeListenersBuilder;
import dev.onchange.localmongo.FailPoint;
import dev.onchange.localmongo.LocalMongo;
import java.time.Duration;
import java.util.List;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A database of a test's own on a real server, and listeners whose positions are kept beside it. */
final class Ground implements AutoCloseable {

    private static final Duration SHORT = Duration.ofMillis(100);

    private final String uri;
    private final String database = "journey_" + Long.toHexString(System.nanoTime());
    private final MongoClient client;

    Ground() {
        this(LocalMongo.shared().connectionString());
    }

    Ground(String uri) {
        this.uri = uri;
        this.client = MongoClients.create(uri);
    }

    String database() {
        return database;
    }

    String state() {
        return database + "_state";
    }

    MongoClient client() {
        return client;
    }

    ConnectionString uri() {
        return new ConnectionString(uri);
    }

    ChangeListenersBuilder builder(Object... handlers) {
        return prepared(ChangeListeners.builder(uri), handlers);
    }

    /** Polls often, so that closing is quick. */
    ChangeListenersBuilder prepared(ChangeListenersBuilder builder, Object... handlers) {
        return builder.database(database)
                .stateDatabase(state())
                .maxAwaitTime(SHORT)
                .handlers(handlers);
    }

    MongoCollection<Document> collection(String name) {
        return client.getDatabase(database).getCollection(name);
    }

    void insert(String collection, Document document) {
        run(collection(collection).insertOne(document));
    }

    void insert(String collection, int id) {
        insert(collection, new Document("_id", id));
    }

    void set(String collection, int id, String field, Object value) {
        run(collection(collection).updateOne(Filters.eq(id), Updates.set(field, value)));
    }

    void delete(String collection, int id) {
        run(collection(collection).deleteOne(Filters.eq(id)));
    }

    List<String> databases() {
        return Flux.from(client.listDatabaseNames()).collectList().block();
    }

    static void run(Publisher<?> command) {
        Flux.from(command).blockLast();
    }

    @Override
    public void close() {
        Mono.from(client.getDatabase(database).drop()).block();
        Mono.from(client.getDatabase(state()).drop()).block();
        client.close();
    }

    /**
     * Lets the server take four seconds to open a stream of the collection: longer than the third of an answer's time by so much that
     * it is seen.
     *
     * @param application the name of the client; null for all
     */
    FailPoint slowToOpen(String collection, @Nullable String application) {
        Document data = new Document("failCommands", List.of("aggregate"))
                .append("namespace", database() + "." + collection)
                .append("blockConnection", true)
                .append("blockTimeMS", 4_000);
        if (application != null) {
            data.append("appName", application);
        }
        return LocalMongo.shared().failPoint("failCommand", "alwaysOn", data);
    }
}
