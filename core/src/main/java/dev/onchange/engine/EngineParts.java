package dev.onchange.engine;

import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.checkpoint.MongoCheckpointStore;
import dev.onchange.deadletter.DeadLetterStore;
import dev.onchange.engine.deadletter.DeadLetterQueue;
import dev.onchange.engine.deadletter.MongoDeadLetterStore;
import dev.onchange.engine.deadletter.OtherInstances;
import dev.onchange.engine.deadletter.Redelivery;
import dev.onchange.engine.deadletter.StoredDeadLetters;
import dev.onchange.engine.dispatch.Workers;
import dev.onchange.engine.invoke.FatalErrors;
import dev.onchange.engine.lookup.LookUpLimits;
import dev.onchange.engine.lookup.LookUps;
import dev.onchange.engine.retry.Watchdog;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.Partition;
import dev.onchange.engine.stream.ChangeStreams;
import dev.onchange.engine.stream.StreamSettings;
import dev.onchange.engine.timing.Timing;
import dev.onchange.engine.transaction.Fence;
import dev.onchange.engine.transaction.Transactions;
import dev.onchange.status.HistoryGap;
import dev.onchange.status.ListenerEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What all streams and handlers share: stores, threads, time, transactions and the dead letter queue. Made once. */
final class EngineParts implements AutoCloseable {

    final EngineConfiguration configuration;
    final Timing timing;
    final Workers workers;
    final EventPublisher events;
    final ChangeStreams streams;
    final LookUps lookUps;
    final Snapshots snapshots;
    final FatalErrors fatalErrors = new FatalErrors();
    final Transactions transactions;
    final DeadLetterQueue deadLetterQueue;
    final BroadcastPositions checkpoints;
    private final Map<Duration, Watchdog> watchdogs = new ConcurrentHashMap<>();
    final LetterMonitor letters;
    private final HandlerThreads threads;
    private final DeadLetterStore deadLetterStore;
    private final Map<String, HistoryGap> historyGaps = new ConcurrentHashMap<>();

    EngineParts(EngineConfiguration configuration, MongoClient client) {
        this.configuration = configuration;
        this.timing = Timing.onSharedSchedulers(configuration.clock, configuration.random);
        this.threads = HandlerThreads.of(configuration);
        this.workers = new Workers(threads.executor(), HandlerThreads.most(configuration), timing.timer());
        this.events = new EventPublisher(configuration.observers(), configuration.clock);
        this.streams = new ChangeStreams(client, streamSettings(configuration), timing, this::publish);
        this.snapshots = new Snapshots(configuration, client, timing, events);
        this.lookUps = new LookUps(client, LookUpLimits.DEFAULT, configuration.answerTimeout);
        this.transactions = new Transactions(
                client,
                configuration.stateDatabase,
                new Transactions.Settings(
                        id -> Schedulers.fromExecutor(work -> workers.execute(id, work)),
                        timing,
                        configuration.answerTimeout));
        this.deadLetterStore = Objects.requireNonNullElseGet(
                configuration.deadLetters, () -> new MongoDeadLetterStore(client, configuration.stateDatabase));
        this.letters = new LetterMonitor(deadLetterStore);
        this.deadLetterQueue = new DeadLetterQueue(deadLetterStore, timing, events::tell);
        this.checkpoints = new BroadcastPositions(
                Objects.requireNonNullElseGet(
                        configuration.checkpoints, () -> new MongoCheckpointStore(client, configuration.stateDatabase)),
                InstanceName.of(configuration),
                events::tell);
    }

    private static StreamSettings streamSettings(EngineConfiguration configuration) {
        StreamSettings settings = StreamSettings.defaults()
                .withBatchSize(configuration.batchSize)
                .withMaxAwaitTime(configuration.maxAwaitTime)
                .withAnswerTimeout(configuration.answerTimeout)
                .withHistoryLost(configuration.historyLost)
                .withForeignPosition(configuration.foreignPosition);
        // See MongoConnection.to.
        return configuration.server instanceof MongoEndpoint.Settings ? settings.ofInstrumentedClient() : settings;
    }

    private void publish(ListenerEvent event) {
        events.tell(event);
        if (event instanceof ListenerEvent.HistoryLost lost) {
            checkpoints.historyLost(lost);
            HistoryGap gap = new HistoryGap(lost.from(), lost.to());
            lost.handlerIds().forEach(id -> historyGaps.put(Partition.handlerOf(id), gap));
        }
    }

    /** What was lost last of handlers' histories since the start, by handler id. */
    Map<String, HistoryGap> historyGaps() {
        return historyGaps;
    }

    /** Creates what is missing in the state database: in both stores at one time, as each waits for a majority. */
    Mono<Void> prepare() {
        return both(checkpoints.prepare(), deadLetterStore.prepare());
    }

    /** Does both at one time, to the end of each; if both have failed, the first is told. */
    static Mono<Void> both(Mono<Void> one, Mono<Void> other) {
        return Mono.zip(
                        one.thenReturn(true).materialize(),
                        other.thenReturn(true).materialize())
                .flatMap(both -> Mono.just(both.getT1())
                        .dematerialize()
                        .then(Mono.just(both.getT2()).dematerialize())
                        .then());
    }

    /** Loads for which documents the handlers have dead letters; before they receive changes. */
    Mono<Void> load(Collection<HandlerSpec> handlers) {
        Mono<Void> loaded = deadLetterQueue.load(handlers);
        for (HandlerSpec handler : handlers) {
            if (handler.transactional()) {
                return transactions.prepare().then(loaded);
            }
        }
        return loaded;
    }

    /**
     * Lets nothing of these partitions be committed by an instance that had them before, and ends what one that died has left
     * open.
     *
     * @param opening the handler of each
     */
    Mono<Void> takeOver(Map<Partition, HandlerSpec> opening, OwnedPartitions owned) {
        List<String> unshared = new ArrayList<>();
        List<Fence> fences = new ArrayList<>();
        for (Map.Entry<Partition, HandlerSpec> each : opening.entrySet()) {
            Fence fence = fence(each.getValue(), each.getKey(), owned);
            if (fence != null) {
                fences.add(fence);
            } else if (each.getValue().transactional()) {
                unshared.add(each.getKey().id());
            }
        }
        return (unshared.isEmpty() ? Mono.<Void>empty() : transactions.end(unshared))
                .then(transactions.takeOver(fences));
    }

    /** Null if no other instance can take the partition over. */
    static @Nullable Fence fence(HandlerSpec handler, Partition partition, OwnedPartitions owned) {
        long term = owned.term(partition.id());
        return term == 0 ? null : new Fence(partition.id(), term, handler.transactional() ? handler.concurrency() : 0);
    }

    /** Removes what is kept in memory of handlers that have left. */
    void forget(Collection<String> ids) {
        deadLetterQueue.forget(ids);
        snapshots.left(ids);
        transactions.left(ids);
    }

    /** Lets changes that were settled in a transaction be handled once more. */
    Mono<Void> forgetSettled(Collection<String> ids) {
        return transactions.forget(ids);
    }

    StoredDeadLetters deadLetters(Redelivery redelivery, OtherInstances others) {
        return new StoredDeadLetters(deadLetterStore, deadLetterQueue, redelivery, others, timing);
    }

    /** Detects calls of a handler that take too long; null if they may take as long as they like. */
    @Nullable
    Watchdog watchdogOf(HandlerSpec spec) {
        Duration own = spec.calls().timeout();
        Duration limit = own == null ? configuration.handlerTimeout : own;
        return limit == null ? null : watchdogs.computeIfAbsent(limit, each -> new Watchdog(each, timing.timer()));
    }

    /** To be called when no handler runs any more. */
    @Override
    public void close() {
        letters.stop();
        watchdogs.values().forEach(Watchdog::close);
        fatalErrors.close();
        threads.close();
    }
}
