package dev.onchange.engine.cluster;

import static org.awaitility.Awaitility.await;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.localmongo.LocalMongo;
import java.time.Duration;
import java.util.Objects;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class MongoClusterStoreTest extends ClusterStoreContract {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static MongoClient client;

    private final ClusterStore store = new MongoClusterStore(
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
    ClusterStore store() {
        return store;
    }

    @Override
    <T> T get(Mono<T> operation) {
        return Objects.requireNonNull(operation.block(PATIENCE));
    }

    @Override
    void pass(Duration time) {
        long end = now() + time.toMillis() + 1;
        await().until(() -> now() > end);
    }

    private static long now() {
        Document hello = Mono.from(client.getDatabase("admin").runCommand(new Document("hello", 1)))
                .block(PATIENCE);
        return Objects.requireNonNull(hello).getDate("localTime").getTime();
    }
}
