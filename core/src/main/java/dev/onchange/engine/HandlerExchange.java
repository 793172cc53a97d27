package dev.onchange.engine;

import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.checkpoint.Checkpointer;
import dev.onchange.engine.plan.StreamPlans;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.Partition;
import dev.onchange.status.Availability;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** Adds and removes handlers while others run. Runs within operations. */
final class HandlerExchange {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerEngine.class);

    private final EngineParts parts;
    private final EngineState state;
    private final HandlerCatalog catalog;
    private final Preflight preflight;
    private final ActiveStreams activeStreams;
    private final HandlerRegistry registry;
    private final StartPositions starts;
    private final Checkpointer checkpointer;
    private final PositionSave save;
    private final Membership membership;
    private final OperationQueue queue;
    private final ServerWait wait;

    HandlerExchange(
            OperationContext context,
            HandlerCatalog catalog,
            Preflight preflight,
            StartPositions starts,
            PositionSave save,
            Membership membership) {
        this.parts = context.parts();
        this.state = context.state();
        this.activeStreams = context.activeStreams();
        this.registry = context.registry();
        this.checkpointer = context.checkpointer();
        this.queue = context.queue();
        this.wait = context.serverWait();
        this.catalog = catalog;
        this.preflight = preflight;
        this.starts = starts;
        this.save = save;
        this.membership = membership;
    }

    /** What the server says now of the handlers that there are. */
    Availability check() {
        HandlerSet declared = state.declared();
        return preflight.ask(declared.plan(), here(starts.unasked(declared.handlers())));
    }

    /** Lets handlers come, perhaps in place of other ones; returns their ids. */
    List<String> exchange(Collection<String> leaving, HandlerCatalog.Arriving arriving) {
        HandlerSet remaining = state.declared().without(leaving);
        HandlerSet all = preflight.allowed(catalog.with(remaining, arriving), activeStreams.open());
        Mono<Map<String, Long>> claim = membership.claimSoon(all.handlers());
        StreamPlans opening = registry.opening(leaving, all);
        if (!opening.streams().isEmpty()) {
            Preflight.usable(preflight.ask(opening, here(starts.unasked(added(remaining, all, leaving)))));
        }
        List<HandlerSpec> before = state.declared().handlers();
        OwnedPartitions owned = state.owned();
        Mono<Void> flushed = ServerWait.underWay(checkpointer.flush());
        Map<String, Long> claimed = claimed(claim, before);
        state.setOwned(present -> present.andBroadcast(all.handlers()).with(claimed));
        try {
            List<String> ids = exchange(leaving, remaining, all, flushed);
            if (save.nowOrLater()) {
                wait.answer(membership.begun(claimed.keySet()));
            } else {
                begunOnceSaved(claimed.keySet());
            }
            return ids;
        } catch (RuntimeException | Error e) {
            Set<String> undone = new HashSet<>(claimed.keySet());
            undone.removeIf(owned::has);
            state.setOwned(present -> present.without(undone));
            membership.takeBack(claimed.keySet(), before);
            throw e;
        }
    }

    private Map<String, Long> claimed(Mono<Map<String, Long>> claim, List<HandlerSpec> before) {
        Mono<Map<String, Long>> shared = claim.cache();
        try {
            return Objects.requireNonNull(wait.answer(shared));
        } catch (RuntimeException | Error e) {
            membership.takeBack(Set.of(), before);
            // A claim that ends when nobody waits for it any more may have taken what others gave away meanwhile.
            shared.subscribe(membership::notBegun, failure -> LOG.debug("Nothing was claimed", failure));
            throw e;
        }
    }

    /** Who waits for these to listen relies on where they begin: that is not known before it is saved. */
    private void begunOnceSaved(Set<String> units) {
        checkpointer
                .save(units)
                .retryWhen(Retry.indefinitely().filter(OnChangeException.class::isInstance))
                .then(Mono.defer(() -> membership.begun(units)))
                .subscribe(done -> {}, ended -> LOG.debug("Positions are saved no more", ended));
    }

    /** @param flushed the positions of those that run were saved a moment ago, as they may begin elsewhere */
    private List<String> exchange(
            Collection<String> leaving, HandlerSet remaining, HandlerSet all, Mono<Void> flushed) {
        List<HandlerSpec> added = added(remaining, all, List.of());
        List<HandlerSpec> begin = added(remaining, all, leaving);
        // If none of them is at work here, there is no end of it to wait for.
        Mono<Void> loaded = leaving.isEmpty() ? ServerWait.underWay(parts.load(added)) : parts.load(added);
        Map<String, StartPosition> starting = starting(begin);
        wait.answer(flushed);
        Mono<Void> between = loaded.then(parts.forgetSettled(starts.asked(begin)));
        starts.left(registry.exchange(leaving, all, starting, between));
        forget(leaving);
        return added.stream().map(HandlerSpec::id).toList();
    }

    /** Whether the history at the position of another instance's handler is lost is that one's concern. */
    private List<String> here(List<String> partitions) {
        Set<String> elsewhere = membership.elsewhere();
        return partitions.stream().filter(id -> !elsewhere.contains(id)).toList();
    }

    /** @param leaving those that are added in place of these go on where they were */
    private static List<HandlerSpec> added(HandlerSet remaining, HandlerSet all, Collection<String> leaving) {
        Set<String> staying = remaining.handlers().stream().map(HandlerSpec::id).collect(Collectors.toSet());
        staying.addAll(leaving);
        return all.handlers().stream()
                .filter(spec -> !staying.contains(spec.id()))
                .toList();
    }

    private Map<String, StartPosition> starting(List<HandlerSpec> begin) {
        Map<String, StartPosition> starting = new HashMap<>(
                Objects.requireNonNull(wait.answer(starts.of(begin, state.owned(), parts.streams.now()))));
        Map<String, Position> unsaved = state.departed();
        List<String> asked = starts.asked(begin);
        unsaved.keySet().removeIf(id -> asked.contains(Partition.handlerOf(id)));
        starting.replaceAll((id, kept) -> unsaved.containsKey(id) ? new StartPosition.After(unsaved.get(id)) : kept);
        return starting;
    }

    /** Removes handlers; nothing if the engine is closing. */
    boolean remove(Collection<String> leaving) {
        if (!queue.hasEnded()) {
            save.unlessFailing();
            HandlerSet remaining = state.declared().without(leaving);
            starts.left(registry.exchange(leaving, remaining, Map.of(), Mono.empty()));
            forget(leaving);
            save.nowOrLater();
            membership.declare(remaining.handlers());
        }
        return true;
    }

    private void forget(Collection<String> left) {
        Set<String> gone = new HashSet<>(left);
        state.declared().handlers().forEach(spec -> gone.remove(spec.id()));
        parts.forget(gone);
        activeStreams.forget(gone);
        Set<String> apart = new HashSet<>(catalog.apart());
        apart.removeAll(gone);
        catalog.setApart(apart);
    }
}
