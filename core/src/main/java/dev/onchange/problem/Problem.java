package dev.onchange.problem;

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

    @Override
    public String toString() {
        return code.id() + " " + where + ": " + what + " " + todo;
    }
}
