package dev.onchange.status;

import dev.onchange.problem.ProblemCode;

/**
 * One question asked of the server before listening, and its answer.
 *
 * @param name what was asked, for example {@code replica set}
 * @param result the answer
 * @param detail what was found, one sentence
 * @param todo what to do about it; empty if nothing
 * @param code the code under which a failure is reported
 */
public record Check(String name, Result result, String detail, String todo, ProblemCode code) {

    /** How a check ended. */
    public enum Result {
        /** As it must be. */
        OK,
        /** Works, with a limit that the detail names. */
        WARNING,
        /** Listening is impossible. */
        FAILURE,
        /** The account may not ask, as is usual with hosted servers. */
        UNKNOWN
    }

    public static Check ok(String name, String detail) {
        return new Check(name, Result.OK, detail, "", ProblemCode.SERVER_UNSUITABLE);
    }

    public static Check warning(String name, String detail, String todo) {
        return new Check(name, Result.WARNING, detail, todo, ProblemCode.SERVER_UNSUITABLE);
    }

    public static Check unknown(String name, String detail, String todo) {
        return new Check(name, Result.UNKNOWN, detail, todo, ProblemCode.SERVER_UNSUITABLE);
    }

    public static Check failure(String name, String detail, String todo) {
        return new Check(name, Result.FAILURE, detail, todo, ProblemCode.SERVER_UNSUITABLE);
    }

    public Check under(ProblemCode other) {
        return new Check(name, result, detail, todo, other);
    }
}
