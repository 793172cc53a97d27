package dev.onchange.engine.plan;

import dev.onchange.problem.Problem;
import dev.onchange.status.Notice;
import java.util.List;

/**
 * The result of planning.
 *
 * @param plan the streams for the handlers that are sound
 * @param problems the problems of the handlers that are not sound
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
