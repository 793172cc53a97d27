package dev.onchange.engine.match;

/**
 * An expression that cannot be evaluated on an event; the server's own stream would have ended with this error. The event is
 * neither matched nor not matched.
 */
public final class MatchFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int code;

    /**
     * @param code the server's error code
     * @param reason what went wrong
     */
    public MatchFailedException(int code, String reason) {
        super(reason);
        this.code = code;
    }

    /** The server's error code; 0 if the server may have an answer, as for a timestamp turned into text in its time zone. */
    public int code() {
        return code;
    }
}
