package dev.onchange;

import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.check.Availability;
import dev.onchange.checkpoint.Checkpointer;
import dev.onchange.checkpoint.Position;
import dev.onchange.plan.Plan;
import dev.onchange.plugin.PluginCode;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import dev.onchange.retry.DeadLetters;
import dev.onchange.scan.FunctionDeclaration;
import dev.onchange.scan.HandlerSpec;
import dev.onchange.status.ListenersStatus;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What can be done with running listeners, one thing after the other. */
final class Operations {

    private static final Logger LOG = LoggerFactory.getLogger(Operations.class);

    /** Each stream costs the server a look through its oplog. */
    private static final int MOST_APART = 8;

    private final Connection connection;
    private final Declarations declarations;
    private final Admission admission;
    private final Availability availability;
    private final Stations stations;
    private final Journey journey;
    private final Lineup lineup;
    private final HandlerStarts starts;
    private final Checkpointer checkpointer;
    private final SaveWatch saves;
    private final HistoryWatch history;
    private final DeadLetters deadLetters;
    private boolean closed;

    Operations(
            Connection connection, Declarations declarations, Admission admission, Stations stations, Running running) {
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
        stations.heldUp().publishOn(Schedulers.boundedElastic()).subscribe(this::putApart);
    }

    /** Lets the others of its stream go on at once, and the handler by itself as soon as it has ended what it is doing. */
    private void putApart(String id) {
        if (declarations.apart().size() < MOST_APART) {
            journey.runOf(id)
                    .ifPresent(run -> run.dispatcher()
                            .detach(id)
                            .then()
                            .publishOn(Schedulers.boundedElastic())
                            .subscribe(
                                    done -> {},
                                    failure -> LOG.warn("{} cannot go on by itself", id, failure),
                                    () -> goOnApart(id)));
        }
    }

    private synchronized void goOnApart(String id) {
        boolean takesPart =
                lineup.declared().handlers().stream().anyMatch(spec -> spec.id().equals(id))
                        && !lineup.resting().containsKey(id);
        if (closed || !takesPart) {
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

    MongoClient client() {
        return connection.client();
    }

    Plan plan() {
        return lineup.declared().plan();
    }

    Availability availability() {
        return availability;
    }

    ListenersStatus status() {
        return new StatusView(journey, lineup, history, stations.gaps()).status(saves.status());
    }

    Registration register(Object handler) {
        return add(declarations.object(handler));
    }

    Registration register(FunctionDeclaration declared) {
        return add(declarations.function(declared));
    }

    private Registration add(Declarations.Arriving arriving) {
        List<String> ids = exchange(List.of(), arriving);
        return new HandlerRegistration(ids, () -> withdraw(ids));
    }

    List<String> exchange(Collection<String> leaving, PluginCode arriving) {
        return exchange(leaving, declarations.plugin(arriving));
    }

    String database() {
        return declarations.database();
    }

    ClassLoader classLoader() {
        return declarations.classLoader();
    }

    /** Lets handlers come, perhaps in place of others; gives their ids. */
    synchronized List<String> exchange(Collection<String> leaving, Declarations.Arriving arriving) {
        requireOpen();
        Declared remaining = lineup.declared().without(leaving);
        Declared all = admission.allowed(declarations.with(remaining, arriving));
        List<HandlerSpec> added = all.handlers().stream()
                .filter(spec -> !remaining.handlers().contains(spec))
                .toList();
        List<HandlerSpec> begin =
                added.stream().filter(spec -> !leaving.contains(spec.id())).toList();
        Plan opening = lineup.opening(leaving, all);
        if (!opening.streams().isEmpty()) {
            Admission.usable(admission.ask(opening, starts.unasked(begin)));
        }
        Map<String, HandlerStart> starting = Objects.requireNonNull(
                starts.of(begin, stations.streams().now()).block());
        checkpointer.flush().block();
        Mono<Void> between = stations.introduce(added).then(stations.forgetSettled(starts.asked(begin)));
        Map<String, Position> finals = lineup.exchange(leaving, all, starting, between);
        starts.left(finals);
        stations.checkpoints().save(finals).block();
        checkpointer.flush().block();
        List<String> ids = added.stream().map(HandlerSpec::id).toList();
        letParkedGoOn(ids);
        return ids;
    }

    /** Removes them, when the call is over if it is called in one of a handler. */
    private void withdraw(List<String> leaving) {
        if (journey.isWorkedHere()) {
            leaving.forEach(id -> journey.runOf(id)
                    .ifPresent(run -> run.dispatcher().detach(id).subscribe()));
            afterCall(() -> remove(leaving));
        } else {
            remove(leaving);
        }
    }

    synchronized void remove(Collection<String> leaving) {
        if (!closed) {
            checkpointer.flush().block();
            Declared remaining = lineup.declared().without(leaving);
            Map<String, Position> finals = lineup.exchange(leaving, remaining, Map.of(), Mono.empty());
            starts.left(finals);
            stations.checkpoints().save(finals).block();
        }
    }

    synchronized void pause(String id) {
        require(id);
        lineup.rest(id);
        checkpointer.flush().block();
    }

    synchronized void resume(String id) {
        require(id);
        lineup.wake(id);
        letParkedGoOn(List.of(id));
    }

    synchronized void rewind(String id, Position position) {
        require(id);
        journey.refuseWithin(run -> run.feeds(id));
        if (ReachableStarts.unreadable(position)) {
            throw new OnChangeException(List.of(ReachableStarts.unreadable(id)));
        }
        stations.streams().startCheck().refuseLater(id, position).block();
        checkpointer.flush().block();
        if (lineup.transactional().contains(id)) {
            stations.forgetSettled(List.of(id)).block();
        }
        lineup.move(id, position);
        checkpointer.rewind(id, position).block();
    }

    DeadLetters deadLetters() {
        return deadLetters;
    }

    void savePositions() {
        checkpointer.flush().block();
    }

    /** Lets everything be closed; if this is called in a call of a handler, what belongs to that is closed after it. */
    void close(Runnable all) {
        if (journey.isWorkedHere()) {
            stations.ownCalls().within(this::endAroundOwnCalls);
            afterCall(all);
        } else {
            all.run();
        }
    }

    /** Whoever closes the listeners in a handler may take away next what others work with, and what saves positions. */
    private void endAroundOwnCalls() {
        Mono<Void> end = journey.stopAroundOwnCalls().then(stations.inTime(checkpointer.flush()));
        if (Schedulers.isInNonBlockingThread()) {
            end.subscribe(done -> {}, Operations::tellUnsaved);
        } else {
            end.onErrorResume(failure -> Mono.fromRunnable(() -> tellUnsaved(failure)))
                    .block();
        }
    }

    private static void tellUnsaved(Throwable failure) {
        LOG.warn("Positions are saved only after the call of the handler that has closed its listeners", failure);
    }

    private void afterCall(Runnable work) {
        Schedulers.boundedElastic().schedule(() -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                LOG.error("What a handler asked for in its call failed after it", e);
            }
        });
    }

    synchronized void close() {
        if (!closed) {
            closed = true;
            history.stop();
            try {
                journey.stop()
                        .then(stations.lastSave(checkpointer))
                        .then(stations.transactions().close())
                        .block();
            } finally {
                stations.close();
                connection.close();
            }
        }
    }

    private void require(String id) {
        requireOpen();
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

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The listeners are closed; start new ones.");
        }
    }
}
