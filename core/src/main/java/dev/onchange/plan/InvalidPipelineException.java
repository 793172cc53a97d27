package dev.onchange.plan;

import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;

/** A pipeline that is not valid JSON, or that no change stream would take. */
public final class InvalidPipelineException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int text;
    private final String place;
    private final String todo;

    /**
     * @param text which of the given texts, from 0
     * @param place where in it: {@code stage 1, $group}, or {@code stage 0, line 1, column 12}
     * @param reason what is wrong there
     * @param todo what to do about it, one sentence
     */
    InvalidPipelineException(int text, String place, String reason, String todo) {
        super("at " + place + ": " + reason);
        this.text = text;
        this.place = place;
        this.todo = todo;
    }

    /** Which of the given texts is wrong, from 0. */
    public int text() {
        return text;
    }

    /** Where: the number of the stage, from 0, with its name or with line and column in its text. */
    public String place() {
        return place;
    }

    /** What to do about it, one sentence. */
    public String todo() {
        return todo;
    }

    /**
     * This as a problem of a declaration.
     *
     * @param where class, method and attribute
     */
    public Problem problem(String where) {
        return Problem.ofReason(ProblemCode.INVALID_PIPELINE, where, getMessage(), todo);
    }
}
