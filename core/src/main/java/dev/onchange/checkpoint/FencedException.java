package dev.onchange.checkpoint;

import dev.onchange.OnChangeException;
import dev.onchange.problem.Problem;
import java.util.List;

/** The positions belong to an instance that was opened with a later term: this one may not write them any more. */
public final class FencedException extends OnChangeException {

    private static final long serialVersionUID = 1L;

    /** @param problem which position, and whose term is later */
    public FencedException(Problem problem) {
        super(List.of(problem));
    }
}
