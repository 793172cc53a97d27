package dev.onchange.engine;

import dev.onchange.OnChangeException;
import dev.onchange.engine.deadletter.Redelivery;
import dev.onchange.engine.dispatch.Outcome;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.Partition;
import dev.onchange.engine.stream.RawChange;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.ClusterStatus;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Refuses what is asked of this instance for a handler that another one has, and names that. For any thread. */
final class HandlerOwners {

    private final EngineState state;
    private volatile @Nullable Membership membership;

    HandlerOwners(EngineState state) {
        this.state = state;
    }

    /** @param known knows who has what; before that, nobody does */
    void knownBy(Membership known) {
        membership = known;
    }

    /** @throws OnChangeException if no part of the handler is this instance's */
    void requireHere(HandlerSpec handler) {
        if (state.owned().of(handler).isEmpty()) {
            throw elsewhere(handler.id(), handler.partitions());
        }
    }

    /** The same as {@code here}, but fails where another instance has to do it. */
    Redelivery orRefuse(Redelivery here) {
        return (id, raw, purpose) ->
                here.resend(id, raw, purpose).switchIfEmpty(Mono.defer(() -> refusedIfElsewhere(id, raw)));
    }

    private Mono<Outcome.Settled> refusedIfElsewhere(String id, RawChange raw) {
        List<Partition> elsewhere = state.declared().handlers().stream()
                .filter(handler -> handler.id().equals(id))
                .flatMap(handler -> handler.partitions().stream())
                .filter(partition ->
                        partition.takes(raw.keyHash()) && !state.owned().has(partition.id()))
                .toList();
        return elsewhere.isEmpty() ? Mono.empty() : Mono.error(elsewhere(id, elsewhere));
    }

    private OnChangeException elsewhere(String id, Collection<Partition> partitions) {
        return new OnChangeException(List.of(new Problem(
                ProblemCode.HANDLER_ELSEWHERE,
                id,
                "another instance of the application has this handler at the moment: " + names(partitions) + ".",
                "Ask for it there; status().cluster() tells who has which handler.")));
    }

    private String names(Collection<Partition> partitions) {
        Membership known = membership;
        return known == null ? "nobody yet" : names(partitions, known.status());
    }

    private static String names(Collection<Partition> partitions, ClusterStatus cluster) {
        return partitions.stream()
                .map(partition -> cluster.ownerOf(partition.id()))
                .flatMap(Optional::stream)
                .map(member -> "process " + member.pid() + " on " + member.host())
                .distinct()
                .collect(Collectors.collectingAndThen(
                        Collectors.joining(", "), owners -> owners.isEmpty() ? "nobody yet" : owners));
    }
}
