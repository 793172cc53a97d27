package dev.onchange.engine;

import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.OnChangeException;
import dev.onchange.Placeholders;
import dev.onchange.Registration;
import dev.onchange.checkpoint.Position;
import dev.onchange.deadletter.DeadLetters;
import dev.onchange.engine.checkpoint.Checkpointer;
import dev.onchange.engine.plan.StreamPlans;
import dev.onchange.engine.scan.FunctionDeclaration;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.inject.Instances;
import dev.onchange.plugin.PluginCode;
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
    private final HandlerCatalog declarations;
    private final Preflight admission;
    private final Availability availability;
    private final StreamFactory stations;
    private final ActiveStreams journey;
    private final HandlerRegistry lineup;
    private final StartPositions starts;
    private final Checkpointer checkpointer;
    private final CheckpointHealth saves;
    private final OplogMonitor history;
    private final DeadLetters deadLetters;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    ListenerEngine(
            MongoConnection connection,
            HandlerCatalog declarations,
            Preflight admission,
            StreamFactory stations,
            EngineParts running,
            ThreadFactory threads) {
        this.queue = running.queue();
        this.wait = running.waiting();
        this.threads = threads;
        this.connection = connection;
        this.declarations = declarations;
        this.admission = admission;
        this.availability = running.availability();
        this.stations = stations;
        this.journey = running.journey();
        this.lineup = running.lineup();
        this.starts = running.starts();
        this.checkpointer = running.checkpointer();
        this.saves = running.saves();
        this.history = running.history();
        this.deadLetters = stations.deadLetters((id, raw, purpose) -> journey.runOf(id)
                .map(run -> run.dispatcher().resend(id, raw, purpose))
                .orElseGet(Mono::empty));
        stations.heldUp().subscribe(id -> queue.schedule(() -> putApart(id)));
    }

    /** Lets the others of its stream go on at once, and the handler by itself as soon as it has ended what it is doing. */
    private void putApart(String id) {
        if (declarations.apart().size() < MOST_APART) {
            journey.runOf(id)
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
                : stations.streams().startCheck().holds(run.plan(), position).filter(held -> {
                    if (!held) {
                        LOG.warn("{} stays with the others: the oplog no longer holds what it has still to do", id);
                    }
                    return held;
                });
    }

    private void goOnApart(String id) {
        boolean takesPart =
                lineup.declared().handlers().stream().anyMatch(spec -> spec.id().equals(id))
                        && !lineup.resting().containsKey(id);
        if (queue.hasEnded() || !takesPart) {
            return;
        }
        Set<String> before = declarations.apart();
        Set<String> with = new HashSet<>(before);
        with.add(id);
        declarations.setApart(with);
        try {
            lineup.replan();
        } catch (RuntimeException e) {
            declarations.setApart(before);
            LOG.warn("{} cannot go on by itself, and stays with the others", id, e);
            journey.runOf(id).ifPresent(run -> run.dispatcher().stopDetached(id, e));
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
        return lineup.declared().plan();
    }

    public Availability availability() {
        return availability;
    }

    public ListenersStatus status() {
        return new StatusReader(journey, lineup, history, stations.inFlightLimit(), stations.gaps())
                .status(saves.status());
    }

    public Registration register(Object handler) {
        return add(declarations.object(handler));
    }

    public Registration register(FunctionDeclaration declared) {
        return add(declarations.function(declared));
    }

    public Registration register(Instances instances, Placeholders placeholders, Class<?>... types) {
        return add(declarations.types(instances, placeholders, types));
    }

    private Registration add(HandlerCatalog.Arriving arriving) {
        List<String> ids = queue.call(() -> exchanged(List.of(), arriving), this::removed);
        AtomicBoolean removed = new AtomicBoolean();
        return new HandlerRegistration(ids, () -> withdraw(ids, removed));
    }

    /** Lets handlers of a plug-in come, perhaps in place of others; gives their ids. */
    List<String> exchange(Collection<String> leaving, PluginCode arriving) {
        HandlerCatalog.Arriving declared = declarations.plugin(arriving);
        // If this were left before the end, the classes of the plug-in would be let go meanwhile.
        return queue.callToEnd(() -> exchanged(leaving, declared));
    }

    String database() {
        return declarations.database();
    }

    ClassLoader classLoader() {
        return declarations.classLoader();
    }

    private List<String> exchanged(Collection<String> leaving, HandlerCatalog.Arriving arriving) {
        HandlerSet remaining = lineup.declared().without(leaving);
        HandlerSet all = admission.allowed(declarations.with(remaining, arriving), journey.open());
        Set<String> staying = remaining.handlers().stream().map(HandlerSpec::id).collect(Collectors.toSet());
        List<HandlerSpec> added = all.handlers().stream()
                .filter(spec -> !staying.contains(spec.id()))
                .toList();
        List<HandlerSpec> begin =
                added.stream().filter(spec -> !leaving.contains(spec.id())).toList();
        StreamPlans opening = lineup.opening(leaving, all);
        if (!opening.streams().isEmpty()) {
            Preflight.usable(admission.ask(opening, starts.unasked(begin)));
        }
        Map<String, StartPosition> starting = starting(begin);
        wait.answer(checkpointer.flush());
        Mono<Void> between = stations.introduce(added).then(stations.forgetSettled(starts.asked(begin)));
        starts.left(lineup.exchange(leaving, all, starting, between));
        forget(leaving);
        savePositionsLater();
        List<String> ids = added.stream().map(HandlerSpec::id).toList();
        letParkedGoOn(ids);
        return ids;
    }

    private Map<String, StartPosition> starting(List<HandlerSpec> begin) {
        Map<String, StartPosition> starting = new HashMap<>(Objects.requireNonNull(
                wait.answer(starts.of(begin, stations.streams().now()))));
        Map<String, Position> unsaved = lineup.departed();
        unsaved.keySet().removeAll(starts.asked(begin));
        starting.replaceAll((id, kept) -> unsaved.containsKey(id) ? new StartPosition.After(unsaved.get(id)) : kept);
        return starting;
    }

    /** What is done is done, also if it cannot be saved now: that is tried again and again, and told by the status. */
    private void savePositionsLater() {
        Map<String, Position> departed = lineup.departed();
        try {
            wait.answer(checkpointer.flush());
            lineup.forgetDeparted(departed);
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
        if (journey.isWorkedHere()) {
            leaving.forEach(id -> journey.runOf(id)
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
            HandlerSet remaining = lineup.declared().without(leaving);
            starts.left(lineup.exchange(leaving, remaining, Map.of(), Mono.empty()));
            forget(leaving);
            savePositionsLater();
        }
        return true;
    }

    private void forget(Collection<String> left) {
        Set<String> gone = new HashSet<>(left);
        lineup.declared().handlers().forEach(spec -> gone.remove(spec.id()));
        stations.forget(gone);
        journey.forget(gone);
        Set<String> apart = new HashSet<>(declarations.apart());
        apart.removeAll(gone);
        declarations.setApart(apart);
    }

    /** A store that is known to be away is not waited for twice. */
    private void savePositionsUnlessFailing() {
        if (saves.status().phase() == PositionsStatus.Phase.SAVED) {
            savePositionsLater();
        }
    }

    public void pause(String id) {
        queue.run(() -> {
            require(id);
            lineup.rest(id);
            savePositionsLater();
        });
    }

    public void resume(String id) {
        queue.run(() -> {
            require(id);
            lineup.wake(id);
            letParkedGoOn(List.of(id));
        });
    }

    public void rewind(String id, Position position) {
        queue.run(() -> {
            require(id);
            journey.refuseWithin(run -> run.feeds(id), queue.caller());
            if (ReachableStarts.unreadable(position)) {
                throw new OnChangeException(List.of(ReachableStarts.unreadable(id)));
            }
            wait.answer(stations.streams().startCheck().refuseLater(id, position));
            wait.answer(checkpointer.flush());
            rewound(id, position);
        });
    }

    private void rewound(String id, Position position) {
        Position before = lineup.standing(id).position();
        Mono<Void> forgotten = lineup.transactional().contains(id) ? stations.forgetSettled(List.of(id)) : Mono.empty();
        try {
            lineup.move(id, position, forgotten.then(Mono.defer(() -> checkpointer.rewind(id, position))));
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
        if (journey.isWorkedHere()) {
            stations.ownCalls().within(this::endAroundOwnCalls);
            threads.newThread(logged(all)).start();
        } else if (queue.isHere() || Schedulers.isInNonBlockingThread()) {
            threads.newThread(logged(all)).start();
        } else {
            all.run();
        }
    }

    /** Whoever closes the listeners in a handler may take away next what others work with, and what saves positions. */
    private void endAroundOwnCalls() {
        Mono<Void> end = journey.stopAroundOwnCalls().then(stations.inTime(checkpointer.flush()));
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
            journey.stop().then(stations.lastSave(checkpointer)).block();
            release(null);
        } catch (Throwable failure) {
            release(failure);
        }
    }

    private void release(@Nullable Throwable failure) {
        try {
            stations.close();
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
                lineup.declared().handlers().stream().map(HandlerSpec::id).toList();
        if (!ids.contains(id)) {
            throw new OnChangeException(List.of(new Problem(
                    ProblemCode.UNKNOWN_HANDLER,
                    id,
                    "no handler has this id.",
                    "Those that there are: " + String.join(", ", ids) + ".")));
        }
    }
}
