package dev.onchange.engine;

import dev.onchange.OnChangeException;
import dev.onchange.engine.cluster.CommandRunner;
import dev.onchange.engine.cluster.LocalDeadline;
import dev.onchange.engine.deadletter.StoredDeadLetters;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.Partition;
import dev.onchange.problem.ProblemCode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bson.BsonDocument;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** Carries out what other instances ask for handlers that this one has. */
final class CommandReceiver implements CommandRunner {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerEngine.class);

    private final EngineState state;
    private final HandlerOperations operations;
    private final StoredDeadLetters deadLetters;
    private final OperationQueue queue;
    private final LocalDeadline deadline;

    CommandReceiver(
            EngineState state,
            HandlerOperations operations,
            StoredDeadLetters deadLetters,
            OperationQueue queue,
            LocalDeadline deadline) {
        this.state = state;
        this.operations = operations;
        this.deadLetters = deadLetters;
        this.queue = queue;
        this.deadline = deadline;
    }

    @Override
    public Mono<Map<String, BsonDocument>> run(String kind, BsonDocument arguments, Set<String> units) {
        String id = Partition.handlerOf(units.iterator().next());
        return Mono.defer(() -> {
                    HandlerCommand command = new HandlerCommand(HandlerCommand.Kind.valueOf(kind), arguments);
                    LOG.info("Another instance asks for {} of {}", kind, units);
                    return command.kind().isOfLetters() ? letters(command, units) : operation(command, id, units);
                })
                .onErrorResume(
                        failure -> !isOver(failure),
                        failure -> Mono.just(results(units, CommandResult.failed(id, failure))));
    }

    @Override
    public void pausesChanged(Map<String, Boolean> paused) {
        queue.schedule(() -> paused.keySet().forEach(this::followPause));
    }

    private void followPause(String id) {
        state.declared().handlers().stream()
                .filter(spec -> spec.id().equals(id) && !state.isElsewhere(spec))
                .forEach(handler -> {
                    try {
                        operations.followPause(handler);
                    } catch (RuntimeException failure) {
                        LOG.warn("{} was paused or resumed in the cluster, and could not follow here", id, failure);
                    }
                });
    }

    /** Whether another instance is to carry it out, as this one closes or has the handler no more. */
    private boolean isOver(Throwable failure) {
        return queue.hasEnded()
                || failure instanceof OnChangeException known
                        && known.problems().stream()
                                .anyMatch(problem -> problem.code() == ProblemCode.HANDLER_ELSEWHERE);
    }

    private Mono<Map<String, BsonDocument>> operation(HandlerCommand command, String id, Set<String> units) {
        return Mono.create(caller -> queue.schedule(() -> {
            try {
                Set<String> here = new HashSet<>(units);
                here.removeIf(unit -> !state.owned().has(unit));
                Optional<HandlerSpec> handler = state.declared().handlers().stream()
                        .filter(spec -> spec.id().equals(id))
                        .findFirst();
                // It has waited for its turn: if another instance may have the handler by now, that one does it.
                if (here.isEmpty() || handler.isEmpty() || !deadline.allows()) {
                    caller.success(Map.of());
                } else {
                    operations.carryOut(command, handler.get(), here);
                    caller.success(results(here, CommandResult.done()));
                }
            } catch (Throwable failure) {
                caller.error(failure);
            }
        }));
    }

    private Mono<Map<String, BsonDocument>> letters(HandlerCommand command, Set<String> units) {
        return command.kind() == HandlerCommand.Kind.REPLAY
                ? deadLetters
                        .replayOf(units, command.letters(), command.pause())
                        .map(replayed -> results(units, CommandResult.counts(replayed.handled(), replayed.failed())))
                : deadLetters
                        .discardOf(units, command.letters())
                        .map(count -> results(units, CommandResult.counts(count)));
    }

    /** The result with one of the units, so that nothing is counted twice. */
    private static Map<String, BsonDocument> results(Set<String> units, BsonDocument result) {
        Map<String, BsonDocument> results = new HashMap<>();
        Iterator<String> each = units.iterator();
        results.put(each.next(), result);
        each.forEachRemaining(unit -> results.put(unit, CommandResult.done()));
        return results;
    }
}
