package dev.onchange.localmongo;

import org.jspecify.annotations.Nullable;

/** Says what is wrong with the server for tests, where, why and what to do. */
public final class LocalMongoException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /**
     * @param where what was being set up
     * @param what what is wrong and why, one or two sentences
     * @param todo what to do about it, one sentence
     * @param cause what the machine or the driver reported; null if nothing was
     */
    public LocalMongoException(Reason reason, String where, String what, String todo, @Nullable Throwable cause) {
        super(reason.code + " " + where + ": " + what + " " + todo, cause);
        this.reason = reason;
    }

    /** Which kind of failure it is. */
    public Reason reason() {
        return reason;
    }

    /** The kinds of failures, each with its code. */
    public enum Reason {
        /** What names the deployment is no connection string. */
        INVALID_CONNECTION_STRING("ONC-1209"),
        /** The named deployment does not answer. */
        UNAVAILABLE("ONC-1201"),
        /** The named deployment has no change streams. */
        UNSUITABLE("ONC-1202"),
        /** There is no server on this machine, and none could be downloaded. */
        NOT_FOUND("ONC-1901"),
        /** The server did not start. */
        FAILED("ONC-1902");

        private final String code;

        Reason(String code) {
            this.code = code;
        }
    }
}
