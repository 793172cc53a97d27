package dev.onchange.scan.rule;

import dev.onchange.problem.Message;
import dev.onchange.problem.Problem;
import dev.onchange.scan.Parameter;
import java.util.List;
import java.util.Set;

/**
 * One {@code @OnChange} and the method that it stands on.
 *
 * @param where class and method
 * @param attributes what the annotation says
 * @param roles what the method takes
 */
public record Declaration(String where, Attributes attributes, Set<Parameter.Role> roles) {

    public Declaration {
        roles = Set.copyOf(roles);
    }

    /** Whether the text still holds a placeholder, as it does in a compiler. */
    static boolean isOpen(String text) {
        return text.contains("${");
    }

    /** Whether only certain operations are wanted, and all of them exist. */
    boolean namesOperations() {
        return !attributes.operations().isEmpty() && Operations.ALL.containsAll(attributes.operations());
    }

    /** Whether one of these operations is among those wanted. */
    boolean wantsAnyOf(Set<String> operations) {
        return !namesOperations() || attributes.operations().stream().anyMatch(operations::contains);
    }

    /** The problem with an attribute. */
    Problem problem(String attribute, Message message, Object... arguments) {
        return message.at(where + " @OnChange(" + attribute + ")", arguments);
    }

    /** The problem if it is one, for rules that have a single one. */
    List<Problem> problemIf(boolean wrong, String attribute, Message message, Object... arguments) {
        return wrong ? List.of(problem(attribute, message, arguments)) : List.of();
    }

    /** The operations for a message: {@code "insert", "delete"}. */
    String operationsText() {
        return Operations.quoted(attributes.operations());
    }
}
