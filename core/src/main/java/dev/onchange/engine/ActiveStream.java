package dev.onchange.engine;

import dev.onchange.engine.dispatch.StreamDispatcher;
import dev.onchange.engine.plan.PlannedHandler;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.Partition;
import dev.onchange.engine.stream.OpenStream;
import dev.onchange.engine.stream.StreamState;
import dev.onchange.status.HandlerState;
import dev.onchange.status.Overdue;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One stream at work.
 *
 * @param partitions the partitions that it feeds, by handler id; of a handler that is not divided the handler itself. A
 *     handler of the plan of which this instance had no part any more when the stream began is not among them
 */
record ActiveStream(
        StreamPlan plan, OpenStream stream, StreamDispatcher dispatcher, Map<String, List<Partition>> partitions) {

    Set<String> handlerIds() {
        return partitions.keySet();
    }

    /** The ids of the partitions that it feeds. */
    List<String> partitionIds() {
        return partitions.values().stream()
                .flatMap(List::stream)
                .map(Partition::id)
                .toList();
    }

    /** The ids of a handler's partitions that it feeds. */
    List<String> partitionIds(String handlerId) {
        return partitions.getOrDefault(handlerId, List.of()).stream()
                .map(Partition::id)
                .toList();
    }

    /** Whether it feeds a handler, or a partition of it. */
    boolean feeds(String id) {
        return partitions.containsKey(Partition.handlerOf(id));
    }

    /** The states of the partitions of a handler that it feeds, as one. */
    HandlerState state(String handlerId) {
        return partitionIds(handlerId).stream()
                .map(dispatcher::state)
                .reduce(HandlerState::and)
                .orElseThrow();
    }

    /** The change that a handler has been working on for longest, if that is longer than the limit; else null. */
    @Nullable
    Overdue overdue(String handlerId, Duration limit) {
        return partitionIds(handlerId).stream()
                .map(id -> dispatcher.overdue(id, limit))
                .filter(Objects::nonNull)
                .max(Comparator.comparing(Overdue::inFlight))
                .orElse(null);
    }

    /** Lets a handler take part no longer; completes when what is being handled has ended. */
    Mono<Void> detach(String handlerId) {
        return Flux.fromIterable(partitionIds(handlerId))
                .flatMap(dispatcher::detach)
                .then();
    }

    /** Lets those take part no longer that are another instance's by now. */
    void detachLost(OwnedPartitions owned) {
        partitionIds().stream()
                .filter(id -> !owned.has(id))
                .forEach(id -> dispatcher.detach(id).subscribe());
    }

    /** Says why a handler that was detached does not go on. */
    void stopDetached(String handlerId, Throwable reason) {
        partitionIds(handlerId).forEach(id -> dispatcher.stopDetached(id, reason));
    }

    /** Whether it is to bring changes. */
    boolean active() {
        return !dispatcher.isStopped();
    }

    /** Why it has ended for good, so that its handlers receive nothing; null if it has not. */
    @Nullable
    Throwable failure() {
        StreamState state = stream.state();
        return state.phase() == StreamState.Phase.FAILED ? state.reason() : dispatcher.failure();
    }

    boolean hasFailed() {
        return failure() != null;
    }

    /** Whether the stream of the plan would do the same for the same handlers. */
    boolean serves(@Nullable StreamPlan other) {
        return active()
                && other != null
                && plan.name().equals(other.name())
                && plan.fingerprint().equals(other.fingerprint())
                && specs(plan).equals(specs(other))
                && plan.handlers().stream().map(handler -> handler.spec().id()).allMatch(partitions::containsKey);
    }

    private static List<HandlerSpec> specs(StreamPlan plan) {
        return plan.handlers().stream().map(PlannedHandler::spec).toList();
    }
}
