package dev.onchange.checkpoint;

import dev.onchange.OnChangeException;
import dev.onchange.problem.Problem;
import java.util.List;
import java.util.Set;

/** Thrown by a {@link CheckpointStore} when another instance has claimed handlers with a later term: this instance may not write their positions any more. */
public final class FencedException extends OnChangeException {

    private static final long serialVersionUID = 1L;

    private final transient Set<String> handlerIds;

    /**
     * @param problems which positions, and whose term is later
     * @param handlerIds of the handlers, or of their partitions; what else was to be written is written
     */
    public FencedException(List<Problem> problems, Set<String> handlerIds) {
        super(problems);
        this.handlerIds = Set.copyOf(handlerIds);
    }

    /** The handlers, or the partitions of them. */
    public Set<String> handlerIds() {
        return handlerIds;
    }
}
