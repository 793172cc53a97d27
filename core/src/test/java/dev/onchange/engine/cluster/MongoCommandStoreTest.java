package dev.onchange.engine.cluster;

import org.junit.jupiter.api.AutoClose;
import reactor.core.publisher.Mono;

class MongoCommandStoreTest extends CommandStoreContract {

    @AutoClose
    private static final MongoStores STORES = new MongoStores();

    private final MongoClusterStore members = STORES.members();

    @Override
    CommandStore commands() {
        return STORES.commands(members);
    }

    @Override
    ClusterStore members() {
        return members;
    }

    @Override
    <T> T get(Mono<T> operation) {
        return STORES.get(operation);
    }
}
