package dev.onchange.check;

/**
 * One question asked of the server before listening, and its answer.
 *
 * @param name what was asked, for example {@code replica set}
 * @param result the answer
 * @param detail what was found, one sentence
 * @param todo what to do about it; empty if nothing
 */
public record Check(String name, Result result, String detail, String todo) {

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
}
