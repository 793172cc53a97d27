package dev.onchange.engine.match.regex;

/** A regular expression that the server does not compile. */
public final class InvalidRegexException extends Exception {

    private static final long serialVersionUID = 1L;

    InvalidRegexException(String reason) {
        super(reason, null, false, false);
    }

    /** What is wrong with it. */
    public String reason() {
        return String.valueOf(getMessage());
    }
}
