package dev.onchange.checkpoint;

import dev.onchange.testing.CheckpointStoreContract;

class InMemoryCheckpointStoreTest extends CheckpointStoreContract {

    private final CheckpointStore store = new InMemoryCheckpointStore();

    @Override
    protected CheckpointStore open() {
        return store;
    }
}
