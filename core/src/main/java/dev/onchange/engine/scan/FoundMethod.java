package dev.onchange.engine.scan;

import dev.onchange.problem.Problem;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An annotated method, looked at as far as that goes without its annotations.
 *
 * @param source the class through which it was found
 * @param method the method to call
 * @param signature its parameters
 * @param generated how generated code calls it; null if there is none
 * @param problems why it cannot be called
 */
record FoundMethod(
        HandlerSource source,
        Method method,
        Signature signature,
        @Nullable GeneratedMethod generated,
        List<Problem> problems) {

    String where() {
        return source.where(method);
    }

    FoundBy foundBy() {
        return source.foundBy();
    }

    boolean isSound() {
        return problems.isEmpty() && signature.problems().isEmpty();
    }

    HandlerTarget target(Type payload) {
        return new HandlerTarget.OfMethod(source.type(), method, parameters(payload), source.instance(), generated);
    }

    private List<Parameter> parameters(Type payload) {
        Class<?>[] declared = method.getParameterTypes();
        List<Parameter> parameters = new ArrayList<>();
        for (int i = 0; i < KotlinMethods.parametersOf(method); i++) {
            parameters.add(parameter(signature.roles().get(i), declared[i], payload));
        }
        return parameters;
    }

    private static Parameter parameter(Parameter.Role role, Class<?> own, Type payload) {
        return switch (role) {
            case EVENT, DRIVER_DOCUMENT, PAYLOAD, EVENTS, DRIVER_DOCUMENTS, PAYLOADS -> new Parameter(role, payload);
            default -> new Parameter(role, own);
        };
    }
}
