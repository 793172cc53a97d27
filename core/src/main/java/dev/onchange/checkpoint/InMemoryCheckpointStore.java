package dev.onchange.checkpoint;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Mono;

/**
 * Keeps positions in memory, as long as this object lives: for tests, and for listeners that need not go on where they
 * were. Safe for use by several threads, and by several listeners in succession.
 */
public final class InMemoryCheckpointStore implements CheckpointStore {

    private final Map<String, Position> positions = new ConcurrentHashMap<>();

    @Override
    public Mono<Void> prepare() {
        return Mono.empty();
    }

    @Override
    public Mono<Map<String, Position>> load(Collection<String> handlerIds) {
        return Mono.fromCallable(() -> {
            Map<String, Position> found = new HashMap<>(positions);
            found.keySet().retainAll(handlerIds);
            return found;
        });
    }

    @Override
    public Mono<Void> claim(Map<String, Long> terms) {
        return Mono.empty();
    }

    @Override
    public Mono<Void> save(Map<String, Position> saved) {
        return Mono.fromRunnable(() -> saved.forEach(
                (id, position) -> positions.merge(id, position, (kept, given) -> given.replaces(kept) ? given : kept)));
    }

    @Override
    public Mono<Void> rewind(String handlerId, Position position) {
        return Mono.fromRunnable(() -> positions.put(handlerId, position));
    }

    @Override
    public String toString() {
        return "memory";
    }
}
