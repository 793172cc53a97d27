package dev.onchange.status;

import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;

/**
 * A remark on a valid declaration whose effect may differ from what its author expects.
 *
 * @param code which kind, from the one catalogue
 * @param where class, method and attribute
 * @param what what can happen, one or two sentences
 * @param todo what to do if that is not wanted, one sentence
 */
public record Notice(ProblemCode code, String where, String what, String todo) {

    /** A breach of a rule that is no reason to refuse the handler. */
    public static Notice of(Problem problem) {
        return new Notice(problem.code(), problem.where(), problem.what(), problem.todo());
    }

    @Override
    public String toString() {
        return code.id() + " " + where + ": " + what + " " + todo;
    }
}
