package dev.onchange.engine.deadletter;

import dev.onchange.Ordering;
import dev.onchange.checkpoint.FencedException;
import dev.onchange.deadletter.DeadLetter;
import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.deadletter.DeadLetterStore;
import dev.onchange.deadletter.DeadLetterStore.BlockedKey;
import dev.onchange.engine.bson.ChangeKey;
import dev.onchange.engine.dispatch.Delivery;
import dev.onchange.engine.dispatch.Outcome;
import dev.onchange.engine.message.FailureDescription;
import dev.onchange.engine.retry.ExhaustedChanges;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.timing.Backoff;
import dev.onchange.engine.timing.Timing;
import dev.onchange.engine.transaction.FencedWrites;
import dev.onchange.status.ListenerEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
 * Stores changes that handlers could not handle as dead letters, and parks later changes of the same documents behind
 * them. A store that fails is tried again for ever: the change stays unsettled until it is stored.
 */
public final class DeadLetterQueue {

    private static final Backoff STORING = new Backoff(Duration.ofMillis(100), 2, Duration.ofSeconds(30), 0.2);

    private final DeadLetterStore store;
    private final Timing timing;
    private final Consumer<ListenerEvent> events;
    private final Map<String, ParkedKeys> parkedKeys = new ConcurrentHashMap<>();
    private final Map<String, Throwable> storeFailures = new ConcurrentHashMap<>();
    private final Sinks.Many<LetterSequence> orphaned = Sinks.many().multicast().directBestEffort();

    public DeadLetterQueue(DeadLetterStore store, Timing timing) {
        this(store, timing, event -> {});
    }

    /** @param events receives the events of handlers; must not throw and not block */
    public DeadLetterQueue(DeadLetterStore store, Timing timing, Consumer<ListenerEvent> events) {
        this.store = store;
        this.timing = timing;
        this.events = events;
    }

    /** Learns for which documents the given handlers have dead letters, before these handlers take deliveries. */
    public Mono<Void> load(Collection<HandlerSpec> handlers) {
        return Mono.defer(() -> {
            for (HandlerSpec handler : handlers) {
                parkedKeys.put(handler.id(), new ParkedKeys(handler.ordering(), handler.transactional()));
            }
            List<String> asking = new ArrayList<>();
            for (HandlerSpec handler : handlers) {
                if (parkedKeys(handler.id()).needsLetters()) {
                    asking.add(handler.id());
                }
            }
            return store.blockedKeys(asking).doOnNext(this::park).then();
        });
    }

    private void park(BlockedKey found) {
        parkedKeys(found.handlerId()).add(ChangeKey.of(found.key()));
    }

    /** Removes what is kept in memory of handlers that run here no more. */
    public void forget(Collection<String> handlerIds) {
        handlerIds.forEach(id -> {
            parkedKeys.remove(id);
            storeFailures.remove(id);
        });
    }

    /** Documents with parked changes only: the dead letter that these waited for was removed, perhaps by another process. */
    public Flux<LetterSequence> orphaned() {
        return orphaned.asFlux();
    }

    /** Whether changes of a document wait behind a dead letter. */
    boolean keepsOrder(String handlerId) {
        return parkedKeys(handlerId).keepsOrder();
    }

    /** Whether a handler wants all changes in the order of the stream. */
    boolean keepsStreamOrder(String handlerId) {
        return parkedKeys(handlerId).keepsStreamOrder();
    }

    DeadLetterStore store() {
        return store;
    }

    /** The parked keys of a handler that runs here; of a handler that does not, an empty set that nothing refers to. */
    public ParkedKeys parkedKeys(String handlerId) {
        ParkedKeys ofHandler = parkedKeys.get(handlerId);
        return ofHandler == null ? new ParkedKeys(Ordering.BY_KEY, false) : ofHandler;
    }

    /** What its deliveries need of this, for a handler that is loaded. */
    public ExhaustedChanges exhaustedOf(HandlerSpec handler) {
        return exhaustedOf(handler, null);
    }

    /** @param fenced writes them while this instance owns the handler, or its partition; null if no other can */
    public ExhaustedChanges exhaustedOf(HandlerSpec handler, @Nullable FencedWrites fenced) {
        return new ExhaustedAsLetters(handler, this, parkedKeys(handler.id()), fenced);
    }

    private Mono<Void> store(DeadLetter letter, @Nullable FencedWrites fenced) {
        return fenced != null && store instanceof MongoDeadLetterStore mongo
                ? mongo.add(letter, fenced)
                : after(fenced, store.add(letter));
    }

    private Mono<Void> update(DeadLetter letter, @Nullable FencedWrites fenced) {
        return fenced != null && store instanceof MongoDeadLetterStore mongo
                ? mongo.update(letter, fenced)
                : after(fenced, store.update(letter));
    }

    private Mono<Boolean> remove(DeadLetter letter, @Nullable FencedWrites fenced) {
        return fenced != null && store instanceof MongoDeadLetterStore mongo
                ? mongo.removeIfPresent(letter, fenced)
                : after(fenced, store.removeIfPresent(letter));
    }

    /** A store of the user's can write no fence in its transactions: it is looked at before. */
    private static <T> Mono<T> after(@Nullable FencedWrites fenced, Mono<T> write) {
        return fenced == null ? write : fenced.run(session -> Mono.empty()).then(write);
    }

    /** Why dead letters of the handler cannot be stored at the moment; null if they can. */
    @Nullable
    public Throwable trouble(String handlerId) {
        return storeFailures.get(handlerId);
    }

    /** Stores a change whose last attempt has failed. */
    Mono<Outcome> add(HandlerSpec handler, @Nullable FencedWrites fenced, Delivery delivery, Throwable failure) {
        DeadLetter letter = letter(handler, delivery, FailureDescription.describe(failure));
        return retryUntilDone(handler.id(), store(letter, fenced)).then(Mono.fromSupplier(() -> {
            ChangeKey key = delivery.key();
            if (key != null) {
                parkedKeys(handler.id()).add(key);
            }
            return Outcome.Settled.DEAD_LETTERED;
        }));
    }

    /**
     * Stores a change if it has to wait behind a dead letter. The store is asked for that, as another process may have
     * removed the letter. A change before the earliest letter has not to wait: it was settled before that, and comes again
     * after a restart or a rewind.
     */
    Mono<Outcome> parkOrAdmit(HandlerSpec handler, @Nullable FencedWrites fenced, Delivery delivery) {
        ChangeKey key = Objects.requireNonNull(delivery.key());
        if (!keepsOrder(handler.id())) {
            return retryUntilDone(handler.id(), admitUnlessStored(handler, delivery));
        }
        return retryUntilDone(
                handler.id(),
                store.blockedKey(handler.id(), key.toDocument())
                        .flatMap(first -> first.firstToken().compareTo(delivery.token()) <= 0
                                ? park(handler, fenced, delivery, first)
                                : Mono.just(new Outcome.Admitted()))
                        .switchIfEmpty(Mono.fromSupplier(() -> {
                            parkedKeys(handler.id()).remove(key);
                            return new Outcome.Admitted();
                        })));
    }

    /**
     * Admits a change unless it has a letter: one that comes again after a restart, while its letter can be replayed, must
     * be handled once by a transactional handler.
     */
    private Mono<Outcome> admitUnlessStored(HandlerSpec handler, Delivery delivery) {
        String id = letter(handler, delivery, null).id();
        return store.find(DeadLetterFilter.withId(id), null, 1)
                .hasElements()
                .map(found -> found ? Outcome.Settled.DEAD_LETTERED : new Outcome.Admitted());
    }

    private Mono<Outcome> park(
            HandlerSpec handler, @Nullable FencedWrites fenced, Delivery delivery, BlockedKey first) {
        DeadLetter letter = letter(handler, delivery, null);
        return store(letter, fenced)
                .doOnSuccess(stored -> {
                    if (first.firstIsParked()) {
                        LetterSequence.of(letter).forEach(this::emitOrphaned);
                    }
                })
                .thenReturn(Outcome.Settled.PARKED);
    }

    private void emitOrphaned(LetterSequence sequence) {
        synchronized (orphaned) {
            orphaned.tryEmitNext(sequence);
        }
    }

    /**
     * Removes the letter of a change that was replayed and handled, or is to be discarded; if no letter of its document is left,
     * changes pass again. One that is discarded, and was there no more, counts as repeated.
     */
    public Mono<Outcome> resolve(HandlerSpec handler, @Nullable FencedWrites fenced, Delivery delivery) {
        DeadLetter letter = letter(handler, delivery, null);
        // Each tried again by itself: once the letter is removed, another removal would not find it.
        return retryUntilDone(handler.id(), remove(letter, fenced))
                .delayUntil(removed -> retryUntilDone(handler.id(), release(handler.id(), delivery.key())))
                .map(removed -> removed || delivery.purpose() != Delivery.Purpose.DISCARD
                        ? Outcome.Settled.HANDLED
                        : Outcome.Settled.REPEATED);
    }

    /** Updates the letter of a change that was replayed and has failed again. */
    public Mono<Outcome> failAgain(
            HandlerSpec handler, @Nullable FencedWrites fenced, Delivery delivery, Throwable failure) {
        DeadLetter letter = letter(handler, delivery, null);
        Mono<Void> update = store.find(DeadLetterFilter.withId(letter.id()), null, 1)
                .concatMap(present -> update(
                        present.failedAgain(
                                FailureDescription.describe(failure),
                                delivery.failures(),
                                timing.clock().instant()),
                        fenced))
                .then();
        return retryUntilDone(handler.id(), update).thenReturn(Outcome.Settled.DEAD_LETTERED);
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
                        parkedKeys(handlerId).remove(key);
                    }
                })
                .then();
    }

    /**
     * Retries the work until it succeeds; publishes meanwhile that dead letters of the handler cannot be stored, and why. What
     * another instance has taken over is not tried again.
     */
    public <T> Mono<T> retryUntilDone(String handlerId, Mono<T> work) {
        return work.retryWhen(Retry.from(failures -> failures.concatMap(signal -> {
                    if (signal.failure() instanceof FencedException) {
                        return Mono.error(signal.failure());
                    }
                    long attempt = signal.totalRetries() + 1;
                    storeFailures.put(handlerId, signal.failure());
                    events.accept(new ListenerEvent.DeadLetterNotStored(handlerId, signal.failure(), attempt));
                    Duration delay = timing.delayAfter((int) Math.min(Integer.MAX_VALUE, attempt), STORING);
                    return Mono.delay(delay, timing.timer());
                })))
                .doOnSuccess(stored -> storeFailures.remove(handlerId));
    }

    private DeadLetter letter(HandlerSpec handler, Delivery delivery, DeadLetter.@Nullable Failure failure) {
        ChangeKey key = delivery.key();
        Instant now = timing.clock().instant();
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
