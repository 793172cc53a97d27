package dev.onchange.engine;

import dev.onchange.OnChangeException;
import dev.onchange.deadletter.DeadLetterFilter;
import dev.onchange.deadletter.Replayed;
import dev.onchange.engine.cluster.Command;
import dev.onchange.engine.cluster.CommandStore;
import dev.onchange.engine.deadletter.OtherInstances;
import dev.onchange.engine.message.Reason;
import dev.onchange.engine.scan.Partition;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.bson.BsonDocument;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Asks the instances that have a handler, or partitions of it, to do something, and waits for what comes of it. For any
 * thread.
 */
final class CommandSender implements OtherInstances {

    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    /** Besides two leases, in which the handler of an instance that dies has another one. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final CommandStore store;
    private final HandlerOwners owners;
    private final Scheduler timer;
    private final Clock clock;
    private final Duration patience;

    /** @param lease of the cluster */
    CommandSender(CommandStore store, HandlerOwners owners, Scheduler timer, Clock clock, Duration lease) {
        this.store = store;
        this.owners = owners;
        this.timer = timer;
        this.clock = clock;
        this.patience = lease.multipliedBy(2).plus(PATIENCE);
    }

    /**
     * Completes with the results when all of the units' owners have done it, and fails as they do. Fails also if an owner does
     * not begin it in time; then it is withdrawn.
     */
    Mono<List<BsonDocument>> ask(String handlerId, HandlerCommand command, Collection<String> units) {
        if (units.isEmpty()) {
            return Mono.just(List.of());
        }
        return Mono.defer(() -> {
            Asked asked = new Asked(new ObjectId(), handlerId, command, clock.millis());
            List<Command> parts = units.stream()
                    .map(unit -> Command.asked(asked.id, unit, command.kind().name(), command.arguments()))
                    .toList();
            return store.ask(parts)
                    .onErrorMap(failure -> !(failure instanceof OnChangeException), failure -> unasked(asked, failure))
                    .then(Mono.defer(() -> results(asked)))
                    .onErrorResume(failure ->
                            store.withdraw(asked.id).onErrorComplete().then(Mono.error(failure)))
                    .doOnCancel(() -> store.cancel(asked.id).onErrorComplete().subscribe())
                    .map(CommandSender::resultsOf);
        });
    }

    /** A command that is waited for. */
    private static final class Asked {
        final ObjectId id;
        final String handlerId;
        final HandlerCommand command;
        long lastProgress;

        Asked(ObjectId id, String handlerId, HandlerCommand command, long now) {
            this.id = id;
            this.handlerId = handlerId;
            this.command = command;
            this.lastProgress = now;
        }
    }

    private Mono<List<Command>> results(Asked asked) {
        return store.of(asked.id).onErrorResume(lost -> Mono.just(List.of())).flatMap(parts -> {
            if (!parts.isEmpty() && parts.stream().allMatch(part -> part.state() == Command.State.DONE)) {
                return store.forget(asked.id).onErrorComplete().thenReturn(parts);
            }
            if (parts.stream().anyMatch(this::isAtWork)) {
                asked.lastProgress = clock.millis();
            }
            return clock.millis() - asked.lastProgress > patience.toMillis()
                    ? Mono.error(unanswered(asked, parts))
                    : Mono.delay(BETWEEN_LOOKS, timer).then(Mono.defer(() -> results(asked)));
        });
    }

    private boolean isAtWork(Command part) {
        ObjectId owner = part.owner();
        return part.state() == Command.State.BEGUN && owner != null && owners.isAlive(owner);
    }

    private static List<BsonDocument> resultsOf(List<Command> parts) {
        List<BsonDocument> results = new ArrayList<>();
        for (Command part : parts) {
            @Nullable BsonDocument result = part.result();
            if (result != null) {
                CommandResult.refuseFailed(result);
                results.add(result);
            }
        }
        return results;
    }

    private static OnChangeException unasked(Asked asked, Throwable failure) {
        return new OnChangeException(
                List.of(new Problem(
                        ProblemCode.CLUSTER_UNUSABLE,
                        asked.handlerId,
                        "another instance has the handler, and could not be asked through the state database: "
                                + Reason.sentence(failure),
                        "Make sure that the primary can be reached and a majority of the members is up, and"
                                + " try again.")),
                failure);
    }

    private OnChangeException unanswered(Asked asked, List<Command> parts) {
        Set<Partition> left = parts.stream()
                .filter(part -> part.state() != Command.State.DONE)
                .map(part -> Partition.of(part.key().unit()))
                .collect(Collectors.toSet());
        boolean begun = parts.stream().anyMatch(part -> part.state() == Command.State.BEGUN);
        return new OnChangeException(List.of(new Problem(
                ProblemCode.COMMAND_UNANSWERED,
                asked.handlerId,
                "the instance that has this handler has not answered to " + asked.command.kind() + " within " + patience
                        + ": " + owners.names(left) + ". "
                        + (begun
                                ? "It has begun it, and who has the handler next may do it again."
                                : "It has not begun it, and does so no more."),
                "See status().cluster() for who has the handler and whether that is well, and try again.")));
    }

    @Override
    public @Nullable String elsewhere(String handlerId, long keyHash) {
        return owners.elsewhere(handlerId, keyHash);
    }

    @Override
    public Mono<Replayed> replay(Set<String> units, DeadLetterFilter letters, Duration pause) {
        return askEach(units, HandlerCommand.replay(letters, pause))
                .map(result -> new Replayed(CommandResult.count(result, 0), CommandResult.count(result, 1)))
                .reduce(new Replayed(0, 0), Replayed::and);
    }

    @Override
    public Mono<Long> discard(Set<String> units, DeadLetterFilter letters) {
        return askEach(units, HandlerCommand.discard(letters))
                .map(result -> CommandResult.count(result, 0))
                .reduce(0L, Long::sum);
    }

    private Flux<BsonDocument> askEach(Set<String> units, HandlerCommand command) {
        Map<String, List<String>> byHandler = units.stream().collect(Collectors.groupingBy(Partition::handlerOf));
        return Flux.fromIterable(byHandler.entrySet())
                .concatMap(each -> ask(each.getKey(), command, each.getValue()).flatMapIterable(results -> results));
    }
}
