package dev.onchange.engine.cluster;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.localmongo.LocalMongo;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class MongoCommandStoreTest extends CommandStoreContract {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static MongoClient client;

    private final MongoClusterStore store = new MongoClusterStore(
            client, "cluster_" + Long.toHexString(System.nanoTime()), PATIENCE, Schedulers.single());

    @BeforeAll
    static void connect() {
        client = MongoClients.create(LocalMongo.shared().connectionString());
    }

    @AfterAll
    static void disconnect() {
        client.close();
    }

    @Override
    CommandStore commands() {
        return new MongoCommandStore(store, "$test", Schedulers.single());
    }

    @Override
    ClusterStore members() {
        return store;
    }

    @Override
    <T> T get(Mono<T> operation) {
        return Objects.requireNonNull(operation.block(PATIENCE));
    }
}
