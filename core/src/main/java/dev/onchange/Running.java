package dev.onchange;

import dev.onchange.check.Availability;
import dev.onchange.checkpoint.Checkpointer;

/**
 * What is at work once the listeners have started.
 *
 * @param availability what the server said before
 */
record Running(
        Availability availability,
        Journey journey,
        Lineup lineup,
        HandlerStarts starts,
        Checkpointer checkpointer,
        SaveWatch saves,
        HistoryWatch history) {}
