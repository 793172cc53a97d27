package dev.onchange.engine;

import dev.onchange.checkpoint.Position;
import dev.onchange.engine.stream.StartCheck;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Gives a handler that delays the other handlers of its stream a stream of its own. The other handlers go on at once; the
 * slow handler goes on when the calls that it has begun have ended.
 */
final class SlowHandlerIsolation {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerEngine.class);

    /** Each stream costs the server a look through its oplog. */
    private static final int MOST_APART = 8;

    private final EngineState state;
    private final HandlerCatalog catalog;
    private final ActiveStreams activeStreams;
    private final HandlerRegistry registry;
    private final StartCheck startCheck;
    private final OperationQueue queue;

    SlowHandlerIsolation(
            EngineState state,
            HandlerCatalog catalog,
            ActiveStreams activeStreams,
            HandlerRegistry registry,
            StartCheck startCheck,
            OperationQueue queue) {
        this.state = state;
        this.catalog = catalog;
        this.activeStreams = activeStreams;
        this.registry = registry;
        this.startCheck = startCheck;
        this.queue = queue;
    }

    /** Isolates the handlers whose ids are emitted, one after the other. */
    void start(Flux<String> slowHandlerIds) {
        slowHandlerIds.subscribe(id -> queue.schedule(() -> detach(id)));
    }

    private void detach(String id) {
        if (catalog.apart().size() < MOST_APART) {
            activeStreams
                    .runOf(id)
                    .ifPresent(run -> canRestart(run, id)
                            .filterWhen(can -> run.detach(id).thenReturn(true))
                            .subscribe(
                                    detached -> queue.schedule(() -> isolate(id)),
                                    failure -> LOG.warn("{} cannot go on by itself", id, failure)));
        }
    }

    /** True, or empty: unsettled changes of the handler may be in memory only, and must not be dropped then. */
    private Mono<Boolean> canRestart(ActiveStream run, String id) {
        Position position = run.partitionIds(id).stream()
                .map(run.dispatcher()::position)
                .filter(Objects::nonNull)
                .reduce((one, other) -> one.isAfter(other) ? other : one)
                .orElse(null);
        return position == null
                ? Mono.just(true)
                : startCheck.holds(run.plan(), position).filter(held -> {
                    if (!held) {
                        LOG.warn("{} stays with the others: the oplog no longer holds what it has still to do", id);
                    }
                    return held;
                });
    }

    private void isolate(String id) {
        boolean takesPart =
                state.declared().handlers().stream().anyMatch(spec -> spec.id().equals(id))
                        && !state.paused().containsKey(id);
        if (queue.hasEnded() || !takesPart) {
            return;
        }
        Set<String> before = catalog.apart();
        Set<String> with = new HashSet<>(before);
        with.add(id);
        catalog.setApart(with);
        try {
            registry.replan();
        } catch (RuntimeException e) {
            catalog.setApart(before);
            LOG.warn("{} cannot go on by itself, and stays with the others", id, e);
            activeStreams.runOf(id).ifPresent(run -> run.stopDetached(id, e));
        }
    }
}
