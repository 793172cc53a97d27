package dev.onchange.retry;

import dev.onchange.Ordering;
import dev.onchange.route.Delivery;
import dev.onchange.route.Outcome;
import dev.onchange.scan.HandlerSpec;
import dev.onchange.stream.ChangeKey;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Puts changes that could not be handled into the store, and remembers the documents whose later changes have to wait.
 * A store that fails is tried again for ever: the change stays unsettled until it is stored.
 */
public final class DeadLetterOffice {

    private static final RetryPolicy STORING = new RetryPolicy(
            Integer.MAX_VALUE,
            Duration.ofMillis(100),
            2,
            Duration.ofSeconds(30),
            0.2,
            List.of(Throwable.class),
            List.of());

    private final DeadLetterStore store;
    private final Chance chance;
    private final Map<String, BlockedKeys> blocked = new ConcurrentHashMap<>();
    private final Map<String, Throwable> troubles = new ConcurrentHashMap<>();

    public DeadLetterOffice(DeadLetterStore store, Chance chance) {
        this.store = store;
        this.chance = chance;
    }

    /** Learns for which documents the given handlers have dead letters; before these handlers take deliveries. */
    public Mono<Void> load(Collection<String> handlerIds) {
        return store.blockedKeys(handlerIds)
                .doOnNext(found -> blockedKeys(found.handlerId()).add(ChangeKey.of(found.key()), found.firstToken()))
                .then();
    }

    BlockedKeys blockedKeys(String handlerId) {
        return blocked.computeIfAbsent(handlerId, id -> new BlockedKeys());
    }

    /** Why dead letters of the handler cannot be stored at the moment; null if they can. */
    @Nullable
    Throwable trouble(String handlerId) {
        return troubles.get(handlerId);
    }

    /** Stores a change whose last attempt has failed. */
    Mono<Outcome> bury(HandlerSpec handler, Delivery delivery, Throwable failure) {
        DeadLetter letter = letter(handler, delivery, failure);
        ChangeKey key = delivery.key();
        return store(letter).then(Mono.fromSupplier(() -> {
            if (key != null && handler.ordering() != Ordering.NONE) {
                blockedKeys(handler.id()).add(key, letter.token());
            }
            return Outcome.Settled.DEAD_LETTERED;
        }));
    }

    /** Stores a change that has to wait behind a dead letter. */
    Mono<Outcome> park(HandlerSpec handler, Delivery delivery) {
        return store(letter(handler, delivery, null)).thenReturn(Outcome.Settled.PARKED);
    }

    private Mono<Void> store(DeadLetter letter) {
        String handlerId = letter.handlerId();
        return store.add(letter)
                .retryWhen(Retry.from(failures -> failures.concatMap(signal -> {
                    troubles.put(handlerId, signal.failure());
                    int attempt = (int) Math.min(Integer.MAX_VALUE, signal.totalRetries() + 1);
                    return Mono.delay(chance.delayAfter(attempt, STORING), chance.timer());
                })))
                .doOnSuccess(stored -> troubles.remove(handlerId));
    }

    private DeadLetter letter(HandlerSpec handler, Delivery delivery, @Nullable Throwable failure) {
        ChangeKey key = delivery.key();
        var now = chance.clock().instant();
        var first = delivery.firstAttemptAt();
        return new DeadLetter(
                "",
                handler.id(),
                delivery.token(),
                key == null ? null : key.toDocument(),
                delivery.change().raw().document(),
                failure == null ? null : Failures.describe(failure),
                delivery.failures(),
                first == null ? now : first,
                now);
    }
}
