package dev.onchange.engine.dispatch;

import dev.onchange.checkpoint.Position;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.snapshot.ChunkReader;
import dev.onchange.engine.timing.Timing;
import dev.onchange.status.ListenerEvent;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * What the snapshots of all dispatchers of one process need.
 *
 * @param reader reads documents
 * @param save saves the positions of these handlers, and with them the progress of their snapshots; durable on completion
 * @param begins begins snapshots
 * @param events is told what hinders snapshots
 * @param timing schedules what waits
 */
public record SnapshotSettings(
        ChunkReader reader,
        Function<Set<String>, Mono<Void>> save,
        Begins begins,
        Consumer<ListenerEvent> events,
        Timing timing) {

    /** Begins snapshots of handlers whose history was lost. */
    @FunctionalInterface
    public interface Begins {

        /**
         * The handler is to be given the documents that exist, and then their changes.
         *
         * @param now after all that it has missed
         */
        Mono<HandlerSnapshot> afterMissedChanges(HandlerSpec handler, String partitionId, Position now);
    }
}
