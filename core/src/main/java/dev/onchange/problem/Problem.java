package dev.onchange.problem;

import org.jspecify.annotations.Nullable;

/**
 * Something that is wrong with what the user declared, or with what the server can do.
 *
 * @param code which kind, from the one catalogue
 * @param where class, method and attribute, or the part of the deployment, for example
 *     {@code com.acme.Stock#lowStock @OnChange(match)}
 * @param what what is wrong and why, one or two sentences
 * @param todo what to do about it, one sentence
 */
public record Problem(ProblemCode code, String where, String what, String todo) {

    /**
     * A problem whose reason comes from a parser.
     *
     * @param reason a part of a sentence, which is made a whole one; null or blank if none is known
     */
    public static Problem ofReason(ProblemCode code, String where, @Nullable String reason, String todo) {
        String said = reason == null || reason.isBlank() ? "it is not valid" : reason;
        String capital = Character.toUpperCase(said.charAt(0)) + said.substring(1);
        return new Problem(code, where, capital.endsWith(".") ? capital : capital + ".", todo);
    }

    @Override
    public String toString() {
        return code.id() + " " + where + ": " + what + " " + todo;
    }
}
