package dev.onchange.engine.deadletter;

import dev.onchange.Ordering;
import dev.onchange.RetryPolicy;
import dev.onchange.deadletter.DeadLetter;
import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.deadletter.DeadLetterStore;
import dev.onchange.deadletter.DeadLetterStore.BlockedKey;
import dev.onchange.engine.bson.ChangeKey;
import dev.onchange.engine.dispatch.Delivery;
import dev.onchange.engine.dispatch.Outcome;
import dev.onchange.engine.message.FailureDescription;
import dev.onchange.engine.retry.Chance;
import dev.onchange.engine.retry.FailureRules;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.status.ListenerEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.retry.Retry;

/**
 * Puts changes that could not be handled into the store, and remembers the documents whose later changes have to wait.
 * A store that fails is tried again for ever: the change stays unsettled until it is stored.
 */
public final class DeadLetterQueue {

    private static final RetryPolicy STORING = new RetryPolicy(
            Integer.MAX_VALUE, Duration.ofMillis(100), 2, Duration.ofSeconds(30), 0.2, FailureRules.RETRY_ALL);

    private final DeadLetterStore store;
    private final Chance chance;
    private final Consumer<ListenerEvent> events;
    private final Map<String, ParkedKeys> blocked = new ConcurrentHashMap<>();
    private final Map<String, Throwable> troubles = new ConcurrentHashMap<>();
    private final Sinks.Many<LetterSequence> orphaned = Sinks.many().multicast().directBestEffort();

    public DeadLetterQueue(DeadLetterStore store, Chance chance) {
        this(store, chance, event -> {});
    }

    /** @param events told of what befalls handlers; must not throw and not block */
    public DeadLetterQueue(DeadLetterStore store, Chance chance, Consumer<ListenerEvent> events) {
        this.store = store;
        this.chance = chance;
        this.events = events;
    }

    /** Learns for which documents the given handlers have dead letters, before these handlers take deliveries. */
    public Mono<Void> load(Collection<HandlerSpec> handlers) {
        return Mono.defer(() -> {
            for (HandlerSpec handler : handlers) {
                blocked.put(handler.id(), new ParkedKeys(handler.ordering(), handler.transactional()));
            }
            List<String> asking = handlers.stream()
                    .map(HandlerSpec::id)
                    .filter(id -> blockedKeys(id).asksForLetters())
                    .toList();
            return store.blockedKeys(asking).doOnNext(this::block).then();
        });
    }

    private void block(BlockedKey found) {
        blockedKeys(found.handlerId()).add(ChangeKey.of(found.key()));
    }

    /** Forgets handlers that run here no more. */
    public void forget(Collection<String> handlerIds) {
        handlerIds.forEach(id -> {
            blocked.remove(id);
            troubles.remove(id);
        });
    }

    /** Documents with changes parked behind none that has failed: the letter they waited for was removed elsewhere. */
    public Flux<LetterSequence> orphaned() {
        return orphaned.asFlux();
    }

    /** Whether changes of a document wait behind a dead letter. */
    boolean keepsOrder(String handlerId) {
        return blockedKeys(handlerId).keepsOrder();
    }

    /** Whether a handler wants all changes in the order of the stream. */
    boolean keepsStreamOrder(String handlerId) {
        return blockedKeys(handlerId).keepsStreamOrder();
    }

    DeadLetterStore store() {
        return store;
    }

    /** Those of a handler that runs here; none are kept for others. */
    public ParkedKeys blockedKeys(String handlerId) {
        ParkedKeys ofHandler = blocked.get(handlerId);
        return ofHandler == null ? new ParkedKeys(Ordering.BY_KEY, false) : ofHandler;
    }

    /** Why dead letters of the handler cannot be stored at the moment; null if they can. */
    @Nullable
    public Throwable trouble(String handlerId) {
        return troubles.get(handlerId);
    }

    /** Stores a change whose last attempt has failed. */
    public Mono<Outcome> bury(HandlerSpec handler, Delivery delivery, Throwable failure) {
        DeadLetter letter = letter(handler, delivery, FailureDescription.describe(failure));
        return untilDone(handler.id(), store.add(letter)).then(Mono.fromSupplier(() -> {
            ChangeKey key = delivery.key();
            if (key != null) {
                blockedKeys(handler.id()).add(key);
            }
            return Outcome.Settled.DEAD_LETTERED;
        }));
    }

    /**
     * Stores a change if it has to wait behind a dead letter. The store is asked for that, as letters may be removed by others. A
     * change before the earliest letter has not to wait: it was settled before that, and comes again after a restart or a
     * rewind.
     */
    public Mono<Outcome> parkOrAdmit(HandlerSpec handler, Delivery delivery) {
        ChangeKey key = Objects.requireNonNull(delivery.key());
        if (!keepsOrder(handler.id())) {
            return untilDone(handler.id(), unlessItHasOne(handler, delivery));
        }
        return untilDone(
                handler.id(),
                store.blockedKey(handler.id(), key.toDocument())
                        .flatMap(first -> first.firstToken().compareTo(delivery.token()) <= 0
                                ? park(handler, delivery, first)
                                : Mono.just(new Outcome.Admitted()))
                        .switchIfEmpty(Mono.fromSupplier(() -> {
                            blockedKeys(handler.id()).remove(key);
                            return new Outcome.Admitted();
                        })));
    }

    /** A change that comes again, after a restart, while its letter can be replayed: in a transaction it counts once. */
    private Mono<Outcome> unlessItHasOne(HandlerSpec handler, Delivery delivery) {
        String id = letter(handler, delivery, null).id();
        return store.find(DeadLetterFilter.withId(id), null, 1)
                .hasElements()
                .map(found -> found ? Outcome.Settled.DEAD_LETTERED : new Outcome.Admitted());
    }

    private Mono<Outcome> park(HandlerSpec handler, Delivery delivery, BlockedKey first) {
        DeadLetter letter = letter(handler, delivery, null);
        return store.add(letter)
                .doOnSuccess(stored -> {
                    if (first.firstIsParked()) {
                        LetterSequence.of(letter).forEach(this::tellOrphaned);
                    }
                })
                .thenReturn(Outcome.Settled.PARKED);
    }

    private void tellOrphaned(LetterSequence sequence) {
        synchronized (orphaned) {
            orphaned.tryEmitNext(sequence);
        }
    }

    /** Removes the letter of a change that was delivered again and handled; its document waits no longer if it was the last. */
    public Mono<Outcome> resolve(HandlerSpec handler, Delivery delivery) {
        DeadLetter letter = letter(handler, delivery, null);
        return untilDone(handler.id(), store.remove(letter).then(release(handler.id(), delivery.key())))
                .thenReturn(Outcome.Settled.HANDLED);
    }

    /** Notes in its letter that a change that was delivered again has failed again. */
    public Mono<Outcome> buryAgain(HandlerSpec handler, Delivery delivery, Throwable failure) {
        DeadLetter letter = letter(handler, delivery, null);
        Mono<Void> update = store.find(DeadLetterFilter.withId(letter.id()), null, 1)
                .concatMap(present -> store.update(present.failedAgain(
                        FailureDescription.describe(failure),
                        delivery.failures(),
                        chance.clock().instant())))
                .then();
        return untilDone(handler.id(), update).thenReturn(Outcome.Settled.DEAD_LETTERED);
    }

    /** Lets changes of a letter's document pass if it has no letter left. Its handler must not be running. */
    Mono<Void> release(DeadLetter letter) {
        BsonDocument key = letter.key();
        return release(letter.handlerId(), key == null ? null : ChangeKey.of(key));
    }

    /** Lets a document's changes pass if it has no letter left. Nothing may be parked for it meanwhile. */
    private Mono<Void> release(String handlerId, @Nullable ChangeKey key) {
        if (key == null) {
            return Mono.empty();
        }
        return store.blockedKey(handlerId, key.toDocument())
                .hasElement()
                .doOnNext(some -> {
                    if (!some) {
                        blockedKeys(handlerId).remove(key);
                    }
                })
                .then();
    }

    /** Tries again until it succeeds; tells meanwhile that dead letters of the handler cannot be stored, and why. */
    public <T> Mono<T> untilDone(String handlerId, Mono<T> work) {
        return work.retryWhen(Retry.from(failures -> failures.concatMap(signal -> {
                    long attempt = signal.totalRetries() + 1;
                    troubles.put(handlerId, signal.failure());
                    events.accept(new ListenerEvent.DeadLetterNotStored(handlerId, signal.failure(), attempt));
                    Duration delay = chance.delayAfter((int) Math.min(Integer.MAX_VALUE, attempt), STORING);
                    return Mono.delay(delay, chance.timer());
                })))
                .doOnSuccess(stored -> troubles.remove(handlerId));
    }

    private DeadLetter letter(HandlerSpec handler, Delivery delivery, DeadLetter.@Nullable Failure failure) {
        ChangeKey key = delivery.key();
        Instant now = chance.clock().instant();
        Instant first = delivery.firstAttemptAt();
        return new DeadLetter(
                handler.id(),
                delivery.token(),
                key == null ? null : key.toDocument(),
                delivery.change().raw().document(),
                failure,
                delivery.failures(),
                first == null ? now : first,
                now);
    }
}
