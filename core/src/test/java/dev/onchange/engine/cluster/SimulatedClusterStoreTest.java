package dev.onchange.engine.cluster;

import java.time.Duration;
import reactor.core.publisher.Mono;

class SimulatedClusterStoreTest extends ClusterStoreContract {

    private final SimulatedStores stores = new SimulatedStores();

    @Override
    ClusterStore store() {
        return stores.members();
    }

    @Override
    <T> T get(Mono<T> operation) {
        return stores.get(operation);
    }

    @Override
    void pass(Duration time) {
        stores.pass(time);
    }
}
