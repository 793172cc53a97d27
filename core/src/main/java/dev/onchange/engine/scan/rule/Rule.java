package dev.onchange.engine.scan.rule;

import dev.onchange.problem.Problem;
import java.util.List;

/** One thing that must be so of every declaration. Knows no user class, so that a compiler can ask too. */
@FunctionalInterface
public interface Rule {

    /** What is wrong; empty if nothing is, or if a placeholder is still to be resolved before one can know. */
    List<Problem> check(Declaration declaration);
}
