package dev.onchange.checkpoint;

import java.util.Collection;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Hands everything on to another store; a test overrides what is to go otherwise. */
public abstract class ForwardingStore implements CheckpointStore {

    private final CheckpointStore store;

    protected ForwardingStore(CheckpointStore store) {
        this.store = store;
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
    public Mono<Void> save(Map<String, Position> positions) {
        return store.save(positions);
    }

    @Override
    public Mono<Void> rewind(String handlerId, Position position) {
        return store.rewind(handlerId, position);
    }
}
