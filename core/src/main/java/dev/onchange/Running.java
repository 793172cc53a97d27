package dev.onchange;

import dev.onchange.checkpoint.Checkpointer;

/** What is at work once the listeners have started. */
record Running(
        Journey journey,
        Lineup lineup,
        HandlerStarts starts,
        Checkpointer checkpointer,
        SaveWatch saves,
        HistoryWatch history) {}
