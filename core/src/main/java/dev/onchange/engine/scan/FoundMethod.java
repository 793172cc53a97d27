package dev.onchange.engine.scan;

import dev.onchange.problem.Problem;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.List;
import java.util.stream.IntStream;
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
        java.lang.reflect.Parameter[] declared = method.getParameters();
        return IntStream.range(0, KotlinMethods.parametersOf(method))
                .mapToObj(i -> parameter(signature.roles().get(i), declared[i].getType(), payload))
                .toList();
    }

    private static Parameter parameter(Parameter.Role role, Class<?> own, Type payload) {
        return switch (role) {
            case EVENT, DRIVER_DOCUMENT, PAYLOAD, EVENTS, DRIVER_DOCUMENTS, PAYLOADS -> new Parameter(role, payload);
            default -> new Parameter(role, own);
        };
    }
}
