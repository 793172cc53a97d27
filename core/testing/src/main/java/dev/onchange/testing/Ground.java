package dev.onchange.testing;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoDatabase;
import dev.onchange.localmongo.LocalMongo;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.bson.UuidRepresentation;
import org.bson.codecs.configuration.CodecRegistries;
import org.bson.codecs.configuration.CodecRegistry;
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

    private static final Duration SOON = Duration.ofMillis(500);

    MongoDatabase database() {
        return client.getDatabase(name);
    }

    /** The database of positions and dead letters. */
    String state() {
        return name + "_state";
    }

    /**
     * How the listeners connect: with a client of their own. After an error that stands for the loss of the primary it looks
     * at the server again soon, and not only after the driver's ten seconds.
     */
    MongoClientSettings settings() {
        return MongoClientSettings.builder(settings(mongo))
                .applyToServerSettings(server -> server.heartbeatFrequency(SOON.toMillis(), TimeUnit.MILLISECONDS))
                .applicationName(name)
                .build();
    }

    /** Of the test's client too: UUIDs are written in the standard form unless the address says otherwise. */
    static MongoClientSettings settings(LocalMongo mongo) {
        return MongoClientSettings.builder()
                .uuidRepresentation(UuidRepresentation.STANDARD)
                .applyConnectionString(new ConnectionString(mongo.connectionString()))
                .build();
    }

    /** Codecs for events that are made by hand. */
    static CodecRegistry codecs() {
        return CodecRegistries.withUuidRepresentation(
                MongoClientSettings.getDefaultCodecRegistry(), UuidRepresentation.STANDARD);
    }

    /** Drops what the test has left; no stream of its own is open any more. */
    @Override
    public void close() {
        Mono.from(database().drop())
                .then(Mono.from(client.getDatabase(state()).drop()))
                .block(PATIENCE);
    }
}
