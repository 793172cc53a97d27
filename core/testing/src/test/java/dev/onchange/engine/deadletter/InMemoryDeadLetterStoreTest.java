package dev.onchange.engine.deadletter;

import dev.onchange.deadletter.DeadLetterStore;
import dev.onchange.testing.DeadLetterStoreContract;

class InMemoryDeadLetterStoreTest extends DeadLetterStoreContract {

    private final DeadLetterStore store = new InMemoryDeadLetterStore();

    @Override
    protected DeadLetterStore open() {
        return store;
    }
}
