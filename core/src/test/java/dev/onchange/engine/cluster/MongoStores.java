package dev.onchange.engine.cluster;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import dev.onchange.localmongo.LocalMongo;
import java.time.Duration;
import java.util.Objects;
import org.bson.Document;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Stores in a real MongoDB, each in a database of its own, for the contracts that they have to keep. */
final class MongoStores implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final MongoClient client = MongoClients.create(LocalMongo.shared().connectionString());

    MongoClusterStore members() {
        return members(Schedulers.single());
    }

    /** @param thread on which the store answers */
    MongoClusterStore members(Scheduler thread) {
        return new MongoClusterStore(client, "cluster_" + Long.toHexString(System.nanoTime()), PATIENCE, thread);
    }

    CommandStore commands(MongoClusterStore members) {
        return new MongoCommandStore(members, "$test", Schedulers.single());
    }

    <T> T get(Mono<T> operation) {
        return Objects.requireNonNull(operation.block(PATIENCE));
    }

    /** The server's clock. */
    long now() {
        Mono<Document> hello = Mono.from(client.getDatabase("admin").runCommand(new Document("hello", 1)));
        return get(hello).getDate("localTime").getTime();
    }

    @Override
    public void close() {
        client.close();
    }
}
