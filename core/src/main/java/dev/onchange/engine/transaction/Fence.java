package dev.onchange.engine.transaction;

import dev.onchange.checkpoint.FencedException;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.util.List;
import java.util.Set;

/**
 * What lets an instance write for a handler, or a partition of one, in transactions: each of these writes a document that an
 * instance with a later term has raised when it took over. One that only read it could commit beside that.
 *
 * @param partitionId of the handler or its partition
 * @param term with which this instance owns it
 * @param lanes how many transactions of the handler there are at a time, each with a document of its own; 0 if it has none
 */
public record Fence(String partitionId, long term, int lanes) {

    /** That another instance has taken over. */
    FencedException takenOver() {
        return new FencedException(
                List.of(new Problem(
                        ProblemCode.POSITIONS_TAKEN_OVER,
                        partitionId,
                        "another instance has taken it over since it was claimed here with term " + term + ".",
                        "Nothing, if several instances share the handlers: another one goes on with it. Else end one of the"
                                + " two.")),
                Set.of(partitionId));
    }
}
