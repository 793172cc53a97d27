package dev.onchange.engine;

import dev.onchange.engine.checkpoint.Checkpointer;

/** What operations on handlers work with, whoever asks for them. */
record OperationContext(
        EngineParts parts,
        EngineState state,
        ActiveStreams activeStreams,
        HandlerRegistry registry,
        Checkpointer checkpointer,
        OperationQueue queue,
        ServerWait serverWait) {}
