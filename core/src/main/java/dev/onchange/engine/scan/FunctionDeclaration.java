package dev.onchange.engine.scan;

import dev.onchange.RetryPolicy;
import dev.onchange.engine.scan.rule.Attributes;
import java.lang.reflect.Type;
import java.util.Set;

/**
 * A handler as it was declared without an annotation.
 *
 * @param attributes as {@code @OnChange} has them, placeholders not resolved; those of {@code retry} do not count
 * @param payload the type to which documents are decoded
 * @param retry what follows a failure
 * @param roles the kinds of the function's parameters
 * @param function the function to call
 */
public record FunctionDeclaration(
        Attributes attributes, Type payload, RetryPolicy retry, Set<Parameter.Role> roles, HandlerFunction function) {

    public FunctionDeclaration {
        roles = Set.copyOf(roles);
    }
}
