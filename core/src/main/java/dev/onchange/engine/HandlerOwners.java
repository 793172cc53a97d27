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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Who has which handler: this instance, or others. For any thread. */
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

    /** All partitions of a handler, of this instance or others; empty if none of them has it. */
    Set<String> unitsOf(String handlerId) {
        List<Partition> declared = declared(handlerId);
        return (declared.isEmpty() ? elsewhere(handlerId) : declared)
                .stream().map(Partition::id).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private List<Partition> declared(String handlerId) {
        return state.declared().handlers().stream()
                .filter(handler -> handler.id().equals(handlerId))
                .flatMap(handler -> handler.partitions().stream())
                .toList();
    }

    /** Of a handler that only others declare. */
    private List<Partition> elsewhere(String handlerId) {
        Membership known = membership;
        return known == null ? List.of() : known.served(handlerId);
    }

    /** The partition that takes a key and that another instance has; null if none has it. */
    @Nullable
    String elsewhere(String handlerId, long keyHash) {
        List<Partition> declared = declared(handlerId);
        return (declared.isEmpty() ? elsewhere(handlerId) : declared)
                .stream()
                        .filter(partition -> partition.takes(keyHash))
                        .map(Partition::id)
                        .filter(id -> !state.owned().has(id))
                        .findFirst()
                        .orElse(null);
    }

    /** Whether a member is alive, as far as is known. */
    boolean isAlive(ObjectId member) {
        Membership known = membership;
        return known != null && known.isAlive(member);
    }

    /** A handler was paused or resumed here: so it is in whatever instance it begins. */
    Mono<Void> setPaused(HandlerSpec handler, boolean paused) {
        Membership known = membership;
        return known == null || handler.sharing().isBroadcast() ? Mono.empty() : known.setPaused(handler.id(), paused);
    }

    /** Whether a handler that comes is to receive nothing until it is resumed. */
    boolean startsPaused(HandlerSpec handler) {
        return Objects.requireNonNullElse(saidPaused(handler), handler.calls().paused());
    }

    /** Whether a handler was paused or resumed last in the cluster; null if neither is known. */
    @Nullable
    Boolean saidPaused(HandlerSpec handler) {
        Membership known = membership;
        return known == null || handler.sharing().isBroadcast()
                ? null
                : known.paused().get(handler.id());
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
                "another instance of the application has this handler since a moment ago: " + names(partitions) + ".",
                "Ask once more; status().cluster() tells who has which handler.")));
    }

    /** Who has these, for people. */
    String names(Collection<Partition> partitions) {
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
