package dev.onchange.engine.scan.rule;

import dev.onchange.engine.message.Message;
import dev.onchange.engine.scan.Parameter;
import dev.onchange.problem.Problem;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One {@code @OnChange} and the method that it stands on.
 *
 * @param where class and method
 * @param attributes the attributes of the annotation
 * @param roles the kinds of the method's parameters
 * @param whole whether these are all of its parameters, as nothing is wrong with any
 */
public record Declaration(String where, Attributes attributes, Set<Parameter.Role> roles, boolean whole) {

    private static final Pattern ATTRIBUTE = Pattern.compile(" @OnChange\\(([\\w.]+)\\)$");

    public Declaration {
        roles = Set.copyOf(roles);
    }

    /** Whether the text still holds a placeholder, as it does in a compiler. */
    public static boolean isOpen(String text) {
        return text.contains("${");
    }

    /** Whether only certain operations are wanted, and all of them exist. */
    boolean namesOperations() {
        for (String name : attributes.operations()) {
            if (!Operations.ALL.contains(name) && !Operations.SNAPSHOT.equals(name)) {
                return false;
            }
        }
        return !attributes.operations().isEmpty();
    }

    /** Whether one of these operations is among those wanted. */
    boolean wantsAnyOf(Set<String> operations) {
        return !namesOperations() || !Collections.disjoint(operations, attributes.operations());
    }

    /**
     * The attribute that a rule found at fault, with a dot where it is one of {@code retry}; empty if it was the
     * method.
     */
    public static String attribute(Problem problem) {
        Matcher matcher = ATTRIBUTE.matcher(problem.where());
        return matcher.find() ? matcher.group(1) : "";
    }

    /** Where an attribute is, for messages. */
    public static String where(String method, String attribute) {
        return method + " @OnChange(" + attribute + ")";
    }

    /** The problem with an attribute. */
    Problem problem(String attribute, Message message, Object... arguments) {
        return message.at(where(where, attribute), arguments);
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
