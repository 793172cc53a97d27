package dev.onchange;

import com.mongodb.reactivestreams.client.MongoClient;
import dev.onchange.check.Availability;
import dev.onchange.checkpoint.Checkpointer;
import dev.onchange.checkpoint.Position;
import dev.onchange.plan.Plan;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import dev.onchange.retry.DeadLetters;
import dev.onchange.scan.FunctionDeclaration;
import dev.onchange.scan.HandlerSpec;
import dev.onchange.scan.Scanned;
import dev.onchange.status.ListenersStatus;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** What can be done with running listeners, one thing after the other. */
final class Operations {

    private static final Logger LOG = LoggerFactory.getLogger(Operations.class);

    private final Connection connection;
    private final Declarations declarations;
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
            Connection connection,
            Declarations declarations,
            Availability availability,
            Stations stations,
            Running running) {
        this.connection = connection;
        this.declarations = declarations;
        this.availability = availability;
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
        return new StatusView(journey, lineup, history).status(saves.status());
    }

    Registration register(Object handler) {
        return add(declarations.object(handler));
    }

    Registration register(FunctionDeclaration declared) {
        return add(declarations.function(declared));
    }

    private synchronized Registration add(Scanned handlers) {
        requireOpen();
        Set<String> known =
                lineup.declared().handlers().stream().map(HandlerSpec::id).collect(Collectors.toSet());
        Declared all = new Splitting(connection.client(), declarations)
                .allowed(declarations.with(lineup.declared(), handlers));
        List<HandlerSpec> added = all.handlers().stream()
                .filter(spec -> !known.contains(spec.id()))
                .toList();
        List<String> ids = added.stream().map(HandlerSpec::id).toList();
        stations.introduce(added).block();
        lineup.add(
                all,
                Objects.requireNonNull(
                        starts.of(added, stations.streams().now()).block()));
        checkpointer.flush().block();
        letParkedGoOn(ids);
        return new HandlerRegistration(ids, () -> unregister(ids));
    }

    private synchronized void unregister(List<String> ids) {
        if (!closed) {
            checkpointer.flush().block();
            Map<String, Position> finals = lineup.remove(ids);
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
        checkpointer.flush().block();
        if (lineup.isTransactional(id)) {
            stations.transactions().forget(id).block();
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

    synchronized void close() {
        if (!closed) {
            closed = true;
            history.stop();
            try {
                journey.stop()
                        .then(checkpointer.stop())
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
