package dev.onchange.engine;

import dev.onchange.engine.checkpoint.Checkpointer;
import dev.onchange.status.Availability;

/**
 * What is at work once the listeners have started.
 *
 * @param queue in which operations run
 * @param waiting how they wait
 * @param availability what the server said before
 */
record EngineParts(
        OperationQueue queue,
        ServerWait waiting,
        Availability availability,
        ActiveStreams activeStreams,
        HandlerRegistry registry,
        StartPositions starts,
        Checkpointer checkpointer,
        CheckpointHealth checkpointHealth,
        OplogMonitor history) {}
