package dev.onchange.engine.deadletter;

import dev.onchange.deadletter.DeadLetter;
import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.deadletter.DeadLetterStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A store as a user may write it. */
public final class InMemoryDeadLetterStore implements DeadLetterStore {

    private static final Comparator<DeadLetter> ORDER =
            Comparator.comparing(DeadLetter::handlerId).thenComparing(DeadLetter::token);

    private final Map<String, DeadLetter> letters = new ConcurrentHashMap<>();

    @Override
    public Mono<Void> prepare() {
        return Mono.empty();
    }

    @Override
    public Mono<Void> add(DeadLetter letter) {
        return Mono.fromRunnable(() -> letters.putIfAbsent(letter.id(), letter));
    }

    @Override
    public Mono<Void> update(DeadLetter letter) {
        return Mono.fromRunnable(() -> letters.replace(letter.id(), letter));
    }

    @Override
    public Mono<Void> remove(DeadLetter letter) {
        return Mono.fromRunnable(() -> letters.remove(letter.id()));
    }

    @Override
    public Flux<DeadLetter> find(DeadLetterFilter filter, @Nullable DeadLetter after, int limit) {
        return Flux.defer(() -> Flux.fromStream(matching(filter)
                .filter(letter -> after == null || ORDER.compare(letter, after) > 0)
                .limit(limit)));
    }

    @Override
    public Mono<Long> count(DeadLetterFilter filter) {
        return Mono.fromCallable(() -> matching(filter).count());
    }

    @Override
    public Mono<BlockedKey> blockedKey(String handlerId, BsonDocument key) {
        return find(DeadLetterFilter.ofHandler(handlerId).key(key), null, 1)
                .next()
                .map(InMemoryDeadLetterStore::blockedBy);
    }

    @Override
    public Flux<BlockedKey> blockedKeys(Collection<String> handlerIds) {
        return Flux.defer(() -> {
            List<DeadLetter> firsts = new ArrayList<>();
            matching(DeadLetterFilter.all())
                    .filter(letter -> letter.key() != null && handlerIds.contains(letter.handlerId()))
                    .filter(letter -> firsts.stream().noneMatch(ofSameDocument(letter)::matches))
                    .forEach(firsts::add);
            return Flux.fromIterable(firsts).map(InMemoryDeadLetterStore::blockedBy);
        });
    }

    private Stream<DeadLetter> matching(DeadLetterFilter filter) {
        return letters.values().stream().filter(filter::matches).sorted(ORDER);
    }

    private static DeadLetterFilter ofSameDocument(DeadLetter letter) {
        return DeadLetterFilter.ofHandler(letter.handlerId()).key(Objects.requireNonNull(letter.key()));
    }

    private static BlockedKey blockedBy(DeadLetter first) {
        return new BlockedKey(first.handlerId(), Objects.requireNonNull(first.key()), first.token(), first.parked());
    }
}
