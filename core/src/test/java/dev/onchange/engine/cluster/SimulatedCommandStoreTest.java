package dev.onchange.engine.cluster;

import reactor.core.publisher.Mono;

class SimulatedCommandStoreTest extends CommandStoreContract {

    private final SimulatedStores stores = new SimulatedStores();

    @Override
    CommandStore commands() {
        return stores.commands();
    }

    @Override
    ClusterStore members() {
        return stores.members();
    }

    @Override
    <T> T get(Mono<T> operation) {
        return stores.get(operation);
    }
}
