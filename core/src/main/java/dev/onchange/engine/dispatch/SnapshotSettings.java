package dev.onchange.engine.dispatch;

import dev.onchange.engine.snapshot.ChunkReader;
import dev.onchange.engine.timing.Timing;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * What the snapshots of all dispatchers of one process need.
 *
 * @param reader reads documents
 * @param save saves the positions of the handlers, and with them the progress of their snapshots; durable on completion
 * @param timing schedules what waits
 */
public record SnapshotSettings(ChunkReader reader, Supplier<Mono<Void>> save, Timing timing) {}
