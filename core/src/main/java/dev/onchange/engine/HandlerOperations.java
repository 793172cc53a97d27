package dev.onchange.engine;

import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.checkpoint.Checkpointer;
import dev.onchange.engine.dispatch.HandlerSnapshot;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.Partition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Pauses, resumes, rewinds and snapshots handlers as far as they are this instance's, whoever asks. Runs within operations.
 */
final class HandlerOperations {

    private final EngineParts parts;
    private final EngineState state;
    private final ActiveStreams activeStreams;
    private final HandlerRegistry registry;
    private final PositionSave save;
    private final HandlerOwners owners;
    private final Checkpointer checkpointer;
    private final OperationQueue queue;
    private final ServerWait wait;
    private final Consumer<List<String>> letParkedGoOn;

    HandlerOperations(
            OperationContext context, PositionSave save, HandlerOwners owners, Consumer<List<String>> letParkedGoOn) {
        this.parts = context.parts();
        this.state = context.state();
        this.activeStreams = context.activeStreams();
        this.registry = context.registry();
        this.checkpointer = context.checkpointer();
        this.queue = context.queue();
        this.wait = context.serverWait();
        this.save = save;
        this.owners = owners;
        this.letParkedGoOn = letParkedGoOn;
    }

    /**
     * Does what a command says.
     *
     * @param units partitions of the handler, which are this instance's
     */
    void carryOut(HandlerCommand command, HandlerSpec handler, Set<String> units) {
        String id = handler.id();
        switch (command.kind()) {
            case PAUSE -> pause(handler);
            case RESUME -> resume(handler);
            case REWIND -> rewind(id, units, command.position());
            case SNAPSHOT -> snapshot(handler, units, command.filters());
            case PAUSE_SNAPSHOT -> parts.snapshots.ofHandler(id).forEach(HandlerSnapshot::pause);
            case RESUME_SNAPSHOT -> parts.snapshots.ofHandler(id).forEach(HandlerSnapshot::resume);
            case CANCEL_SNAPSHOT -> cancelSnapshot(id);
            case REPLAY, DISCARD -> throw new IllegalArgumentException("dead letters are no operation");
        }
    }

    private void cancelSnapshot(String id) {
        parts.snapshots.ofHandler(id).forEach(HandlerSnapshot::cancel);
        // It would go on after a crash otherwise.
        save.soonOrLater();
    }

    private void pause(HandlerSpec handler) {
        registry.paused(handler.id());
        wait.end(owners.setPaused(handler, true));
        save.soonOrLater();
    }

    private void resume(HandlerSpec handler) {
        registry.resume(handler.id());
        wait.end(owners.setPaused(handler, false));
        letParkedGoOn.accept(List.of(handler.id()));
    }

    /** Lets a handler be paused, or not, as was said last in the cluster. */
    void followPause(HandlerSpec handler) {
        String id = handler.id();
        Boolean toBePaused = owners.saidPaused(handler);
        PausedHandler paused = state.paused().get(id);
        if (toBePaused == null) {
            return;
        }
        if (toBePaused && paused == null) {
            registry.paused(id);
            save.soonOrLater();
        } else if (!toBePaused && paused != null && paused.reason() == null) {
            registry.resume(id);
            letParkedGoOn.accept(List.of(id));
        }
    }

    private void rewind(String id, Set<String> units, Position position) {
        activeStreams.refuseWithin(run -> run.feeds(id), queue.caller());
        if (ReachableStarts.unreadable(position)) {
            throw new OnChangeException(List.of(ReachableStarts.unreadable(id)));
        }
        wait.answer(parts.streams.startCheck().refuseLater(id, position));
        wait.answer(checkpointer.flush());
        Map<String, StartPosition> standing = registry.standing(id);
        standing.keySet().retainAll(units);
        Map<String, Position> before = StartPosition.positionsOf(standing);
        Mono<Void> forgotten = state.transactional().contains(id) ? parts.forgetSettled(List.of(id)) : Mono.empty();
        try {
            Map<String, Position> there = new HashMap<>();
            standing.keySet().forEach(partition -> there.put(partition, position));
            registry.move(id, there, forgotten.then(Mono.defer(() -> rewound(there))));
        } catch (RuntimeException | Error e) {
            rewound(before).subscribe(done -> {}, e::addSuppressed);
            throw e;
        }
    }

    private Mono<Void> rewound(Map<String, Position> positions) {
        return Flux.fromIterable(positions.entrySet())
                .concatMap(entry -> checkpointer.rewind(
                        entry.getKey(), parts.snapshots.withProgress(entry.getKey(), entry.getValue())))
                .then();
    }

    private void snapshot(HandlerSpec handler, Set<String> units, List<String> filters) {
        String id = handler.id();
        activeStreams.refuseWithin(run -> run.feeds(id), queue.caller());
        SnapshotRules.refuse(handler, state.declared().plan(), filters, parts.snapshots.ofHandler(id));
        boolean paused = state.paused().containsKey(id);
        registry.paused(id);
        try {
            wait.answer(parts.streams
                    .now()
                    .flatMap(now -> Flux.fromIterable(state.owned().of(handler))
                            .map(Partition::id)
                            .filter(units::contains)
                            .collectList()
                            .flatMap(partitions -> parts.snapshots.again(handler, partitions, now, filters))));
            wait.answer(checkpointer.flush());
        } finally {
            if (!paused) {
                registry.resume(id);
            }
        }
    }
}
