package dev.onchange.testing;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.localmongo.LocalMongo;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * Where one test takes place.
 *
 * @param client of the test itself
 * @param name of its database, and of the listeners' client, by which the server tells it from others
 */
record Ground(LocalMongo mongo, MongoClient client, String name) implements AutoCloseable {

    /** How long a test waits before it fails. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    MongoDatabase database() {
        return client.getDatabase(name);
    }

    /** The database of positions and dead letters. */
    String state() {
        return name + "_state";
    }

    /** How the listeners connect: with a client of their own. */
    MongoClientSettings settings() {
        return MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(mongo.connectionString()))
                .applicationName(name)
                .build();
    }

    /** Drops what the test has left; no stream of its own is open any more. */
    @Override
    public void close() {
        Mono.from(database().drop())
                .then(Mono.from(client.getDatabase(state()).drop()))
                .block(PATIENCE);
    }
}
