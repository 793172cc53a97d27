package dev.onchange.testing;

import dev.onchange.checkpoint.CheckpointStore;
import dev.onchange.checkpoint.Position;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;

/** A store whose saves fail as planned. */
final class FailingStore implements CheckpointStore {

    private final CheckpointStore store;
    private final AtomicInteger failures;

    FailingStore(CheckpointStore store) {
        this(store, new AtomicInteger());
    }

    private FailingStore(CheckpointStore store, AtomicInteger failures) {
        this.store = store;
        this.failures = failures;
    }

    /** Saves to another store, and fails together with this one. */
    FailingStore with(CheckpointStore other) {
        return new FailingStore(other, failures);
    }

    void failNext(int saves) {
        failures.set(saves);
    }

    @Override
    public Mono<Void> prepare() {
        return store.prepare();
    }

    @Override
    public Mono<Map<String, Position>> load(Collection<String> handlerIds) {
        return store.load(handlerIds);
    }

    @Override
    public Mono<Void> claim(Map<String, Long> terms) {
        return store.claim(terms);
    }

    @Override
    public Mono<Void> replace(Collection<String> former, Map<String, Position> next) {
        return store.replace(former, next);
    }

    @Override
    public Mono<Void> save(Map<String, Position> positions) {
        return Mono.defer(() -> failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0
                ? Mono.error(new InjectedFault("positions are not saved"))
                : store.save(positions));
    }

    @Override
    public Mono<Void> rewind(String handlerId, Position position) {
        return store.rewind(handlerId, position);
    }
}
