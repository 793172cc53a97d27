package dev.onchange.engine.retry;

import dev.onchange.deadletter.DeadLetter;
import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.deadletter.DeadLetterStore;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A real store that cannot be reached while a test says so. */
public record UnreachableStore(DeadLetterStore store, AtomicBoolean down) implements DeadLetterStore {

    @Override
    public Mono<Void> prepare() {
        return reach().then(store.prepare());
    }

    @Override
    public Mono<Void> add(DeadLetter letter) {
        return reach().then(store.add(letter));
    }

    @Override
    public Mono<Void> update(DeadLetter letter) {
        return reach().then(store.update(letter));
    }

    @Override
    public Mono<Void> remove(DeadLetter letter) {
        return reach().then(store.remove(letter));
    }

    @Override
    public Flux<DeadLetter> find(DeadLetterFilter filter, @Nullable DeadLetter after, int limit) {
        return reach().thenMany(store.find(filter, after, limit));
    }

    @Override
    public Mono<Long> count(DeadLetterFilter filter) {
        return reach().then(store.count(filter));
    }

    @Override
    public Mono<BlockedKey> blockedKey(String handlerId, BsonDocument key) {
        return reach().then(store.blockedKey(handlerId, key));
    }

    @Override
    public Flux<BlockedKey> blockedKeys(Collection<String> handlerIds) {
        return reach().thenMany(store.blockedKeys(handlerIds));
    }

    private Mono<Void> reach() {
        return Mono.defer(() -> down.get() ? Mono.error(new IllegalStateException("down")) : Mono.empty());
    }
}
