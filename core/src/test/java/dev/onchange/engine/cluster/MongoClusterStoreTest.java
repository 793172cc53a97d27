package dev.onchange.engine.cluster;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import reactor.core.publisher.Mono;

class MongoClusterStoreTest extends ClusterStoreContract {

    @AutoClose
    private static final MongoStores STORES = new MongoStores();

    private final ClusterStore store = STORES.members();

    @Override
    ClusterStore store() {
        return store;
    }

    @Override
    <T> T get(Mono<T> operation) {
        return STORES.get(operation);
    }

    @Override
    void pass(Duration time) {
        long end = STORES.now() + time.toMillis() + 1;
        await().until(() -> STORES.now() > end);
    }
}
