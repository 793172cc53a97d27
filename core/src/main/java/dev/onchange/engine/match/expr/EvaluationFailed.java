package dev.onchange.engine.match.expr;

/** An expression has no value for an event; the server answers with an error, too. */
public final class EvaluationFailed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Not a server's code: the value depends on something that only the server has. */
    static final int ONLY_SERVER_KNOWS = 0;
    /** A sum is no date; with more operands it may be one, or null. */
    static final int DATE_OVERFLOW = 15;

    private final int code;

    EvaluationFailed(int code, String reason) {
        super(reason, null, false, false);
        this.code = code;
    }

    /** The server has a value, or fails; which, is not known here. */
    public static EvaluationFailed onlyServerKnows(String reason) {
        return new EvaluationFailed(ONLY_SERVER_KNOWS, reason);
    }

    /** The server's error code, or 0 if the server may have a value. */
    public int code() {
        return code;
    }

    /** What went wrong. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
