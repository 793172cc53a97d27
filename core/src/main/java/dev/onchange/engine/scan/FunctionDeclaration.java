package dev.onchange.engine.scan;

import dev.onchange.Recoverer;
import dev.onchange.RetryPolicy;
import dev.onchange.engine.scan.rule.Attributes;
import java.lang.reflect.Type;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A handler as it was declared without an annotation.
 *
 * @param attributes as {@code @OnChange} has them, placeholders not resolved; those of {@code retry} do not count
 * @param payload the type to which documents are decoded
 * @param retry what follows a failure
 * @param recoverer answers when attempts are exhausted; null for what the listeners say
 * @param roles the kinds of the function's parameters
 * @param function the function to call
 */
public record FunctionDeclaration(
        Attributes attributes,
        Type payload,
        RetryPolicy retry,
        @Nullable Recoverer recoverer,
        Set<Parameter.Role> roles,
        HandlerFunction function) {

    public FunctionDeclaration {
        roles = Set.copyOf(roles);
    }
}
