package dev.onchange.engine.plan;

import dev.onchange.engine.bson.JsonPlaces;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;

/** A pipeline that is not valid JSON, or that no change stream would take. */
public final class InvalidPipelineException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int text;
    private final String place;
    private final String inside;
    private final String reason;
    private final String todo;

    /**
     * @param text which of the given texts, from 0
     * @param place where in it: {@code stage 1, $group}, or {@code stage 0, line 1, column 12}
     * @param reason what is wrong there
     * @param todo what to do about it, one sentence
     */
    InvalidPipelineException(int text, String place, String reason, String todo) {
        this(text, place, "", reason, todo);
    }

    /** @param inside where in the stage's argument, as a path */
    InvalidPipelineException(int text, String place, String inside, String reason, String todo) {
        this(new Mistake(text, place, inside, reason, todo), "");
    }

    private InvalidPipelineException(Mistake mistake, String position) {
        super("at " + mistake.place + position + ": " + mistake.reason);
        this.text = mistake.text;
        this.place = mistake.place;
        this.inside = mistake.inside;
        this.reason = mistake.reason;
        this.todo = mistake.todo;
    }

    /**
     * The same, saying the line and column too.
     *
     * @param element which stage of the text it is, from 0
     */
    InvalidPipelineException in(String json, int element) {
        int comma = place.indexOf(", ");
        String name = comma < 0 ? "" : "." + place.substring(comma + 2);
        String path = "[" + element + "]" + name + (inside.isEmpty() ? "" : "." + inside);
        boolean array = json.stripLeading().startsWith("[");
        String position = JsonPlaces.of(
                json, array ? path : path.substring(path.indexOf(']') + 1).replaceFirst("^\\.", ""));
        InvalidPipelineException positioned =
                new InvalidPipelineException(new Mistake(text, place, inside, reason, todo), position);
        positioned.initCause(this);
        return positioned;
    }

    private record Mistake(int text, String place, String inside, String reason, String todo) {}

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
