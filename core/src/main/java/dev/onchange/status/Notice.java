package dev.onchange.status;

import dev.onchange.problem.ProblemCode;

/**
 * Something about a sound handler that may surprise its author.
 *
 * @param code which kind, from the one catalogue
 * @param where class, method and attribute
 * @param what what can happen, one or two sentences
 * @param todo what to do if that is not wanted, one sentence
 */
public record Notice(ProblemCode code, String where, String what, String todo) {

    @Override
    public String toString() {
        return code.id() + " " + where + ": " + what + " " + todo;
    }
}
