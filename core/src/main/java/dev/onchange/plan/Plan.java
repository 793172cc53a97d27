package dev.onchange.plan;

import java.util.List;
import java.util.stream.Collectors;

/**
 * All change streams that will be opened, and who is fed by each.
 *
 * @param streams in the order in which they are opened
 */
public record Plan(List<StreamPlan> streams) {

    public Plan {
        streams = List.copyOf(streams);
    }

    /** Scope, options, pipeline and handlers of each stream, for people. */
    @Override
    public String toString() {
        return streams.stream().map(StreamPlan::toString).collect(Collectors.joining("\n"));
    }
}
