package dev.onchange.engine.match.syntax;

/** A part of a filter that the server would not accept. */
public final class Rejected extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String place;

    Rejected(Place place, String reason) {
        super(reason, null, false, false);
        this.place = place.toString();
    }

    public String place() {
        return place;
    }

    /** What is wrong, and what would be right. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
