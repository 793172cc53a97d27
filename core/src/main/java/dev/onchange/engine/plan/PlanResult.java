package dev.onchange.engine.plan;

import dev.onchange.problem.Problem;
import dev.onchange.status.Notice;
import java.util.List;

/**
 * What planning led to.
 *
 * @param plan the streams for the handlers that are sound
 * @param problems what is wrong with the others
 */
public record PlanResult(StreamPlans plan, List<Problem> problems) {

    public PlanResult {
        problems = List.copyOf(problems);
    }

    /** What may surprise the authors of sound handlers. */
    public List<Notice> notices() {
        return plan.notices();
    }
}
