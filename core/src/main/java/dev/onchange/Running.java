package dev.onchange;

import dev.onchange.engine.checkpoint.Checkpointer;
import dev.onchange.status.Availability;

/**
 * What is at work once the listeners have started.
 *
 * @param queue in which operations run
 * @param waiting how they wait
 * @param availability what the server said before
 */
record Running(
        OperationQueue queue,
        ServerWait waiting,
        Availability availability,
        Journey journey,
        Lineup lineup,
        HandlerStarts starts,
        Checkpointer checkpointer,
        SaveWatch saves,
        HistoryWatch history) {}
