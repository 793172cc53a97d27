package dev.onchange.engine.scan.rule;

import dev.onchange.problem.Problem;
import java.util.List;

/** One condition on every declaration. Knows no class of the user, so that a compiler can apply it too. */
@FunctionalInterface
public interface Rule {

    /** The problems; empty if there is none, or if it depends on a placeholder that is still to be resolved. */
    List<Problem> check(Declaration declaration);
}
