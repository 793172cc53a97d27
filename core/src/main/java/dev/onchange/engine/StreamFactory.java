package dev.onchange.engine;

import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.CheckpointStore;
import dev.onchange.checkpoint.MongoCheckpointStore;
import dev.onchange.checkpoint.Position;
import dev.onchange.deadletter.DeadLetterStore;
import dev.onchange.engine.checkpoint.Checkpointer;
import dev.onchange.engine.deadletter.DeadLetterQueue;
import dev.onchange.engine.deadletter.MongoDeadLetterStore;
import dev.onchange.engine.deadletter.Redelivery;
import dev.onchange.engine.deadletter.StoredDeadLetters;
import dev.onchange.engine.dispatch.BackpressureLimits;
import dev.onchange.engine.dispatch.DispatchSettings;
import dev.onchange.engine.dispatch.HandlerBinding;
import dev.onchange.engine.dispatch.ReentrantCalls;
import dev.onchange.engine.dispatch.StreamDispatcher;
import dev.onchange.engine.dispatch.Workers;
import dev.onchange.engine.invoke.FatalErrors;
import dev.onchange.engine.invoke.Invoker;
import dev.onchange.engine.lookup.LookUpLimits;
import dev.onchange.engine.lookup.LookUps;
import dev.onchange.engine.plan.PlannedHandler;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.retry.Retrier;
import dev.onchange.engine.retry.RetryableInvoker;
import dev.onchange.engine.retry.Watchdog;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.stream.ChangeStreams;
import dev.onchange.engine.stream.OpenStream;
import dev.onchange.engine.stream.StreamSettings;
import dev.onchange.engine.timing.Timing;
import dev.onchange.engine.transaction.Transactions;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.HistoryGap;
import dev.onchange.status.ListenerEvent;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.publisher.Sinks.EmitFailureHandler;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The journey of a change, composed here: a stream reads it, the dispatcher decodes it, leads it to the handlers it
 * matches and keeps it in order, each handler is invoked and retried, and what fails for good becomes a dead letter.
 */
final class StreamFactory {

    /** Others who tell the same at the same time are done sooner than that. */
    private static final Duration EMISSION = Duration.ofSeconds(1);

    private final HandlerCatalog catalog;
    private final Sinks.Many<String> slowHandlers = Sinks.many().multicast().directBestEffort();
    private final ChangeStreams streams;
    private final LookUps lookUps;
    private final DispatchSettings dispatching;
    private final DeadLetterStore deadLetterStore;
    private final DeadLetterQueue deadLetters;
    private final Timing timing;
    private final CheckpointStore checkpoints;
    private final Transactions transactions;
    private final @Nullable Watchdog watchdog;
    private final FatalErrors fatalErrors = new FatalErrors();
    private final HandlerThreads threads;
    private final Duration inFlightLimit;
    private final EventPublisher events;
    private final Duration checkpointInterval;
    private final long checkpointChanges;
    private final Duration saveTimeout;
    private final Map<String, HistoryGap> gaps = new ConcurrentHashMap<>();
    private final CheckpointTrigger settled = new CheckpointTrigger();

    StreamFactory(
            EngineConfiguration configuration, MongoClient client, HandlerCatalog catalog, EventPublisher events) {
        this.timing = Timing.onSharedSchedulers(configuration.clock, configuration.random);
        Scheduler timer = timing.timer();
        this.threads = HandlerThreads.of(configuration);
        Workers workers = new Workers(threads.executor(), HandlerThreads.most(configuration), timer);
        this.catalog = catalog;
        this.events = events;
        this.inFlightLimit = configuration.inFlightLimit;
        this.checkpointInterval = configuration.checkpointInterval;
        this.checkpointChanges = configuration.checkpointChanges;
        this.saveTimeout = Collections.max(List.of(configuration.stopTimeout, EngineConfiguration.LEAST_SAVE_TIMEOUT));
        this.streams = new ChangeStreams(
                client,
                StreamSettings.defaults()
                        .withBatchSize(configuration.batchSize)
                        .withMaxAwaitTime(configuration.maxAwaitTime)
                        .withAnswerTimeout(configuration.answerTimeout)
                        .withHistoryLost(configuration.historyLost)
                        .withForeignPosition(configuration.foreignPosition),
                timing,
                this::tell);
        this.lookUps = new LookUps(client, LookUpLimits.DEFAULT, configuration.answerTimeout);
        this.dispatching = new DispatchSettings(
                BackpressureLimits.DEFAULT.withPatience(configuration.holdUpPatience),
                workers,
                configuration.clock,
                settled,
                this::tell);
        this.transactions = new Transactions(
                client,
                configuration.stateDatabase,
                new Transactions.Settings(
                        id -> Schedulers.fromExecutor(work -> workers.execute(id, work)),
                        timing,
                        configuration.answerTimeout));
        this.watchdog = configuration.handlerTimeout == null ? null : new Watchdog(configuration.handlerTimeout, timer);
        this.deadLetterStore = Objects.requireNonNullElseGet(
                configuration.deadLetters, () -> new MongoDeadLetterStore(client, configuration.stateDatabase));
        this.deadLetters = new DeadLetterQueue(deadLetterStore, timing, events::tell);
        this.checkpoints = Objects.requireNonNullElseGet(
                configuration.checkpoints, () -> new MongoCheckpointStore(client, configuration.stateDatabase));
    }

    private void tell(ListenerEvent event) {
        events.tell(event);
        if (event instanceof ListenerEvent.HistoryLost lost) {
            HistoryGap gap = new HistoryGap(lost.from(), lost.to());
            lost.handlerIds().forEach(id -> gaps.put(id, gap));
        }
        if (event instanceof ListenerEvent.HandlerHeldUpOthers slow) {
            slowHandlers.emitNext(slow.handlerId(), EmitFailureHandler.busyLooping(EMISSION));
        }
    }

    /** What was lost last of handlers' histories since the start, by id. */
    Map<String, HistoryGap> gaps() {
        return gaps;
    }

    /** The ids of handlers that hold up others. */
    Flux<String> slowHandlers() {
        return slowHandlers.asFlux();
    }

    CheckpointStore checkpoints() {
        return checkpoints;
    }

    ChangeStreams streams() {
        return streams;
    }

    /** Creates what is missing in the state database. */
    Mono<Void> prepare() {
        return checkpoints.prepare().then(deadLetterStore.prepare());
    }

    /** Learns for which documents the handlers have dead letters; before they take changes. */
    Mono<Void> introduce(Collection<HandlerSpec> handlers) {
        List<String> transactional = handlers.stream()
                .filter(HandlerSpec::transactional)
                .map(HandlerSpec::id)
                .toList();
        return (transactional.isEmpty() ? Mono.<Void>empty() : transactions.prepare(transactional))
                .then(deadLetters.load(handlers));
    }

    /** These handlers have left. */
    void forget(Collection<String> ids) {
        deadLetters.forget(ids);
        transactions.left(ids);
    }

    /** Lets changes that were settled in a transaction be handled once more. */
    Mono<Void> forgetSettled(Collection<String> ids) {
        return Flux.fromIterable(ids).concatMap(transactions::forget).then();
    }

    Transactions transactions() {
        return transactions;
    }

    /** To be called when no handler runs any more. */
    void close() {
        if (watchdog != null) {
            watchdog.close();
        }
        fatalErrors.close();
        threads.close();
    }

    StoredDeadLetters deadLetters(Redelivery redelivery) {
        return new StoredDeadLetters(deadLetterStore, deadLetters, redelivery, timing);
    }

    Duration inFlightLimit() {
        return inFlightLimit;
    }

    Scheduler timer() {
        return dispatching.workers().timer();
    }

    ReentrantCalls reentrantCalls() {
        return dispatching.workers().reentrantCalls();
    }

    /** Looks after the positions of the handlers, once it is started. */
    OplogMonitor oplogMonitor(HandlerRegistry registry) {
        return new OplogMonitor(streams.history(), registry::positions, events::nearlyLost);
    }

    CheckpointHealth checkpointHealth(HandlerRegistry registry) {
        return new CheckpointHealth(new SettledMarkPruner(events, transactions, registry::transactional));
    }

    Checkpointer checkpointer(Supplier<Map<String, Position>> positions, CheckpointHealth checkpointHealth) {
        Checkpointer checkpointer = new Checkpointer(
                checkpoints,
                positions,
                new Checkpointer.Settings(checkpointInterval, checkpointChanges, timer(), timing.random()),
                checkpointHealth);
        settled.countFor(checkpointer);
        return checkpointer;
    }

    /** Saves the positions for the last time, and forgets the sessions of transactions. */
    Mono<Void> lastSave(Checkpointer checkpointer) {
        Mono<Void> forgotten =
                transactions.close().timeout(saveTimeout, timer()).onErrorComplete(TimeoutException.class);
        return Mono.whenDelayError(inTime(checkpointer.stop()), forgotten);
    }

    /** A save of positions, for as long as that is worth waiting for. */
    Mono<Void> inTime(Mono<Void> save) {
        return save.timeout(saveTimeout, timer())
                .onErrorMap(TimeoutException.class, late -> notSavedIn(saveTimeout, late));
    }

    private OnChangeException notSavedIn(Duration limit, Throwable late) {
        return new OnChangeException(
                List.of(new Problem(
                        ProblemCode.POSITION_NOT_SAVED,
                        checkpoints.toString(),
                        "The positions could not be saved within " + limit + " after the listeners had stopped.",
                        "Changes since the last save are delivered again. See that the store can be reached.")),
                late);
    }

    /**
     * Puts together, without opening it, what leads the changes of one stream to its handlers.
     *
     * @param carried what handlers bring along from the streams that fed them before
     */
    ActiveStream run(
            HandlerSet declared, StreamPlan plan, Map<String, StartPosition> starts, CarriedPositions carried) {
        List<StartPosition> ofPlan = plan.handlers().stream()
                .map(handler -> Objects.requireNonNull(starts.get(handler.spec().id())))
                .toList();
        OpenStream stream = streams.open(plan, StartPosition.ofAll(ofPlan), lookUps.of(plan));
        StreamDispatcher dispatcher = new StreamDispatcher(
                plan, stream, catalog::decode, dispatching, failure -> events.streamEnded(plan, failure));
        plan.handlers().forEach(handler -> {
            String id = handler.spec().id();
            Position start = Objects.requireNonNull(starts.get(id)).position();
            dispatcher.attach(
                    new HandlerBinding(handler, retrier(declared, handler), start, carried.settledAhead(id, start)),
                    carried.formerCall(id));
        });
        return new ActiveStream(plan, stream, dispatcher);
    }

    private Retrier retrier(HandlerSet declared, PlannedHandler handler) {
        String id = handler.spec().id();
        Invoker invoker =
                fatalErrors.around(Objects.requireNonNull(declared.invokers().get(id)));
        return new Retrier(
                handler.spec(),
                handler.spec().transactional() ? transactions.around(id, invoker) : RetryableInvoker.of(invoker),
                deadLetters.recoverer(handler.spec()),
                timing,
                watchdog);
    }
}
