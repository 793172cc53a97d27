package dev.onchange.engine;

import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.OnChangeException;
import dev.onchange.Placeholders;
import dev.onchange.Registration;
import dev.onchange.checkpoint.Position;
import dev.onchange.deadletter.DeadLetters;
import dev.onchange.engine.checkpoint.Checkpointer;
import dev.onchange.engine.deadletter.StoredDeadLetters;
import dev.onchange.engine.plan.StreamPlans;
import dev.onchange.engine.plugin.PluginCode;
import dev.onchange.engine.scan.FunctionDeclaration;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.inject.Instances;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.Availability;
import dev.onchange.status.ListenersStatus;
import dev.onchange.status.PositionsStatus;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What can be done with running listeners, one thing after the other. */
public final class ListenerEngine {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerEngine.class);

    /** Each stream costs the server a look through its oplog. */
    private static final int MOST_APART = 8;

    private final OperationQueue queue;
    private final ServerWait wait;
    private final ThreadFactory threads;
    private final MongoConnection connection;
    private final HandlerCatalog catalog;
    private final Preflight preflight;
    private final Availability availability;
    private final StreamFactory factory;
    private final ActiveStreams activeStreams;
    private final HandlerRegistry registry;
    private final StartPositions starts;
    private final Checkpointer checkpointer;
    private final CheckpointHealth checkpointHealth;
    private final OplogMonitor history;
    private final StoredDeadLetters deadLetters;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    ListenerEngine(
            MongoConnection connection,
            HandlerCatalog catalog,
            Preflight preflight,
            StreamFactory factory,
            EngineParts parts,
            ThreadFactory threads) {
        this.queue = parts.queue();
        this.wait = parts.waiting();
        this.threads = threads;
        this.connection = connection;
        this.catalog = catalog;
        this.preflight = preflight;
        this.availability = parts.availability();
        this.factory = factory;
        this.activeStreams = parts.activeStreams();
        this.registry = parts.registry();
        this.starts = parts.starts();
        this.checkpointer = parts.checkpointer();
        this.checkpointHealth = parts.checkpointHealth();
        this.history = parts.history();
        this.deadLetters = factory.deadLetters((id, raw, purpose) -> activeStreams
                .runOf(id)
                .map(run -> run.dispatcher().resend(id, raw, purpose))
                .orElseGet(Mono::empty));
        factory.slowHandlers().subscribe(id -> queue.schedule(() -> putApart(id)));
    }

    /** Lets the others of its stream go on at once, and the handler by itself as soon as it has ended what it is doing. */
    private void putApart(String id) {
        if (catalog.apart().size() < MOST_APART) {
            activeStreams
                    .runOf(id)
                    .ifPresent(run -> canBeginAgain(run, id)
                            .filterWhen(can -> run.dispatcher().detach(id).thenReturn(true))
                            .subscribe(
                                    detached -> queue.schedule(() -> goOnApart(id)),
                                    failure -> LOG.warn("{} cannot go on by itself", id, failure)));
        }
    }

    /** True, or empty: what the handler is still to do may be in memory only, and must not be dropped then. */
    private Mono<Boolean> canBeginAgain(ActiveStream run, String id) {
        Position position = run.dispatcher().position(id);
        return position == null
                ? Mono.just(true)
                : factory.streams().startCheck().holds(run.plan(), position).filter(held -> {
                    if (!held) {
                        LOG.warn("{} stays with the others: the oplog no longer holds what it has still to do", id);
                    }
                    return held;
                });
    }

    private void goOnApart(String id) {
        boolean takesPart = registry.declared().handlers().stream()
                        .anyMatch(spec -> spec.id().equals(id))
                && !registry.pausedHandlers().containsKey(id);
        if (queue.hasEnded() || !takesPart) {
            return;
        }
        Set<String> before = catalog.apart();
        Set<String> with = new HashSet<>(before);
        with.add(id);
        catalog.setApart(with);
        try {
            registry.replan();
        } catch (RuntimeException e) {
            catalog.setApart(before);
            LOG.warn("{} cannot go on by itself, and stays with the others", id, e);
            activeStreams.runOf(id).ifPresent(run -> run.dispatcher().stopDetached(id, e));
        }
    }

    /** What a replay has left parked behind nothing, because the process died or the handler stopped in the midst of it. */
    void letParkedGoOn(List<String> ids) {
        deadLetters
                .goOn(ids)
                .subscribe(
                        done -> {},
                        failure ->
                                LOG.warn("Changes that were parked behind dead letters stay parked for now", failure));
    }

    public MongoClient client() {
        return connection.client();
    }

    public StreamPlans plan() {
        return registry.declared().plan();
    }

    public Availability availability() {
        return availability;
    }

    public ListenersStatus status() {
        return new StatusReader(activeStreams, registry, history, factory.inFlightLimit(), factory.gaps())
                .status(checkpointHealth.status());
    }

    public Registration register(Object handler) {
        return add(catalog.object(handler));
    }

    public Registration register(FunctionDeclaration declared) {
        return add(catalog.function(declared));
    }

    public Registration register(Instances instances, Placeholders placeholders, Class<?>... types) {
        return add(catalog.types(instances, placeholders, types));
    }

    private Registration add(HandlerCatalog.Arriving arriving) {
        List<String> ids = queue.call(() -> exchanged(List.of(), arriving), this::removed);
        AtomicBoolean removed = new AtomicBoolean();
        return new HandlerRegistration(ids, () -> withdraw(ids, removed));
    }

    /** Lets handlers of a plug-in come, perhaps in place of others; gives their ids. */
    List<String> exchange(Collection<String> leaving, PluginCode arriving) {
        HandlerCatalog.Arriving declared = catalog.plugin(arriving);
        // If this were left before the end, the classes of the plug-in would be let go meanwhile.
        return queue.callToEnd(() -> exchanged(leaving, declared));
    }

    String database() {
        return catalog.database();
    }

    ClassLoader classLoader() {
        return catalog.classLoader();
    }

    private List<String> exchanged(Collection<String> leaving, HandlerCatalog.Arriving arriving) {
        HandlerSet remaining = registry.declared().without(leaving);
        HandlerSet all = preflight.allowed(catalog.with(remaining, arriving), activeStreams.open());
        Set<String> staying = remaining.handlers().stream().map(HandlerSpec::id).collect(Collectors.toSet());
        List<HandlerSpec> added = all.handlers().stream()
                .filter(spec -> !staying.contains(spec.id()))
                .toList();
        List<HandlerSpec> begin =
                added.stream().filter(spec -> !leaving.contains(spec.id())).toList();
        StreamPlans opening = registry.opening(leaving, all);
        if (!opening.streams().isEmpty()) {
            Preflight.usable(preflight.ask(opening, starts.unasked(begin)));
        }
        Map<String, StartPosition> starting = starting(begin);
        wait.answer(checkpointer.flush());
        Mono<Void> between = factory.introduce(added).then(factory.forgetSettled(starts.asked(begin)));
        starts.left(registry.exchange(leaving, all, starting, between));
        forget(leaving);
        savePositionsLater();
        List<String> ids = added.stream().map(HandlerSpec::id).toList();
        letParkedGoOn(ids);
        return ids;
    }

    private Map<String, StartPosition> starting(List<HandlerSpec> begin) {
        Map<String, StartPosition> starting = new HashMap<>(Objects.requireNonNull(
                wait.answer(starts.of(begin, factory.streams().now()))));
        Map<String, Position> unsaved = registry.departed();
        unsaved.keySet().removeAll(starts.asked(begin));
        starting.replaceAll((id, kept) -> unsaved.containsKey(id) ? new StartPosition.After(unsaved.get(id)) : kept);
        return starting;
    }

    /** What is done is done, also if it cannot be saved now: that is tried again and again, and told by the status. */
    private void savePositionsLater() {
        Map<String, Position> departed = registry.departed();
        try {
            wait.answer(checkpointer.flush());
            registry.forgetDeparted(departed);
        } catch (OnChangeException told) {
            LOG.debug("The positions are saved later", told);
        }
    }

    /** Removes them once, when the call is over if it is called in one of a handler. */
    private void withdraw(List<String> leaving, AtomicBoolean removed) {
        if (removed.get() || queue.hasEnded()) {
            return;
        }
        Runnable removal = () -> {
            if (!removed.get()) {
                removed(leaving);
                removed.set(true);
            }
        };
        if (activeStreams.isWorkedHere()) {
            leaving.forEach(id -> activeStreams
                    .runOf(id)
                    .ifPresent(run -> run.dispatcher().detach(id).subscribe()));
            queue.schedule(logged(removal));
        } else if (queue.isHere()) {
            queue.schedule(logged(removal));
        } else {
            queue.run(removal);
        }
    }

    /** Removes handlers of a plug-in, whose classes may be let go after that. */
    void remove(Collection<String> leaving) {
        if (!queue.hasEnded()) {
            queue.callToEnd(() -> removed(leaving));
        }
    }

    private boolean removed(Collection<String> leaving) {
        if (!queue.hasEnded()) {
            savePositionsUnlessFailing();
            HandlerSet remaining = registry.declared().without(leaving);
            starts.left(registry.exchange(leaving, remaining, Map.of(), Mono.empty()));
            forget(leaving);
            savePositionsLater();
        }
        return true;
    }

    private void forget(Collection<String> left) {
        Set<String> gone = new HashSet<>(left);
        registry.declared().handlers().forEach(spec -> gone.remove(spec.id()));
        factory.forget(gone);
        activeStreams.forget(gone);
        Set<String> apart = new HashSet<>(catalog.apart());
        apart.removeAll(gone);
        catalog.setApart(apart);
    }

    /** A store that is known to be away is not waited for twice. */
    private void savePositionsUnlessFailing() {
        if (checkpointHealth.status().phase() == PositionsStatus.Phase.SAVED) {
            savePositionsLater();
        }
    }

    public void pause(String id) {
        queue.run(() -> {
            require(id);
            registry.paused(id);
            savePositionsLater();
        });
    }

    public void resume(String id) {
        queue.run(() -> {
            require(id);
            registry.resume(id);
            letParkedGoOn(List.of(id));
        });
    }

    public void rewind(String id, Position position) {
        queue.run(() -> {
            require(id);
            activeStreams.refuseWithin(run -> run.feeds(id), queue.caller());
            if (ReachableStarts.unreadable(position)) {
                throw new OnChangeException(List.of(ReachableStarts.unreadable(id)));
            }
            wait.answer(factory.streams().startCheck().refuseLater(id, position));
            wait.answer(checkpointer.flush());
            rewound(id, position);
        });
    }

    private void rewound(String id, Position position) {
        Position before = registry.standing(id).position();
        Mono<Void> forgotten =
                registry.transactional().contains(id) ? factory.forgetSettled(List.of(id)) : Mono.empty();
        try {
            registry.move(id, position, forgotten.then(Mono.defer(() -> checkpointer.rewind(id, position))));
        } catch (RuntimeException | Error e) {
            if (before != null) {
                checkpointer.rewind(id, before).subscribe(done -> {}, e::addSuppressed);
            }
            throw e;
        }
    }

    public DeadLetters deadLetters() {
        return deadLetters;
    }

    public void savePositions() {
        wait.answer(checkpointer.flush());
    }

    /** Lets everything be closed; if this is called in a call of a handler, what belongs to that is closed after it. */
    public void close(Runnable all) {
        queue.end();
        if (activeStreams.isWorkedHere()) {
            factory.reentrantCalls().within(this::endAroundOwnCalls);
            threads.newThread(logged(all)).start();
        } else if (queue.isHere() || Schedulers.isInNonBlockingThread()) {
            threads.newThread(logged(all)).start();
        } else {
            all.run();
        }
    }

    /** Whoever closes the listeners in a handler may take away next what others work with, and what saves positions. */
    private void endAroundOwnCalls() {
        Mono<Void> end = activeStreams.stopExceptReentrantCalls().then(factory.inTime(checkpointer.flush()));
        if (Schedulers.isInNonBlockingThread()) {
            end.subscribe(done -> {}, ListenerEngine::tellUnsaved);
        } else {
            end.onErrorResume(failure -> Mono.fromRunnable(() -> tellUnsaved(failure)))
                    .block();
        }
    }

    private static void tellUnsaved(Throwable failure) {
        LOG.warn("Positions are saved only after the call of the handler that has closed its listeners", failure);
    }

    private static Runnable logged(Runnable work) {
        return () -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                LOG.error("What was asked for in the midst of a call of a handler failed after it", e);
            }
        };
    }

    /** Closes everything on a thread of its own, and waits for that, interrupted or not; a failure is told to the first caller. */
    public void close() {
        queue.end();
        if (closing.compareAndSet(false, true)) {
            threads.newThread(this::closeNow).start();
            try {
                closed.join();
            } catch (CompletionException e) {
                throw OperationQueue.unwrapped(e.getCause());
            }
        } else {
            closed.handle((done, failure) -> true).join();
        }
    }

    private void closeNow() {
        try {
            queue.awaitEnd(EngineConfiguration.SHORT_OPENING);
            history.stop();
            activeStreams.stop().then(factory.lastSave(checkpointer)).block();
            release(null);
        } catch (Throwable failure) {
            release(failure);
        }
    }

    private void release(@Nullable Throwable failure) {
        try {
            factory.close();
            connection.close();
        } finally {
            if (failure == null) {
                closed.complete(null);
            } else {
                closed.completeExceptionally(failure);
            }
        }
    }

    private void require(String id) {
        List<String> ids =
                registry.declared().handlers().stream().map(HandlerSpec::id).toList();
        if (!ids.contains(id)) {
            throw new OnChangeException(List.of(new Problem(
                    ProblemCode.UNKNOWN_HANDLER,
                    id,
                    "no handler has this id.",
                    "Those that there are: " + String.join(", ", ids) + ".")));
        }
    }
}
