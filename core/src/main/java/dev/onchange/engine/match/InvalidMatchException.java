package dev.onchange.engine.match;

import dev.onchange.engine.bson.JsonPlaces;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;

/** A filter that the server would reject, or that is not valid JSON. */
public final class InvalidMatchException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String place;
    private final String reason;

    /**
     * @param place where in the filter: a path such as {@code $or[1].qty.$in}, or {@code line 1, column 12}
     * @param reason the mistake and its remedy
     */
    public InvalidMatchException(String place, String reason) {
        this(place, "", reason);
    }

    private InvalidMatchException(String place, String position, String reason) {
        super(place.isEmpty() ? reason : "at " + place + position + ": " + reason);
        this.place = place;
        this.reason = reason;
    }

    /** The same, saying the line and column too. */
    InvalidMatchException in(String json) {
        InvalidMatchException positioned = new InvalidMatchException(place, JsonPlaces.of(json, place), reason);
        positioned.initCause(this);
        return positioned;
    }

    /** Where in the filter. */
    public String place() {
        return place;
    }

    /**
     * This as a problem of a declaration.
     *
     * @param where class, method and attribute
     */
    public Problem problem(String where) {
        return Problem.ofReason(
                ProblemCode.INVALID_MATCH,
                where,
                getMessage(),
                "Correct the filter: it is MQL over the change event, in extended JSON.");
    }
}
