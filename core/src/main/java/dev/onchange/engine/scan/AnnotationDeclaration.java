package dev.onchange.engine.scan;

import dev.onchange.OnChange;
import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import java.lang.annotation.Annotation;
import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One {@code @OnChange}, perhaps reached through composed annotations, whose attributes of the same name and type
 * replace its own, their defaults included; the one nearest to the method decides. For an attribute that is an
 * array, one of its elements will do.
 *
 * @param annotation the {@code @OnChange}
 * @param composed the annotations that lead to it, the one on the method first; none if it stands there itself
 */
record AnnotationDeclaration(OnChange annotation, List<Annotation> composed) {

    AnnotationDeclaration {
        composed = List.copyOf(composed);
    }

    /** The value of an attribute. */
    <V> V value(String attribute, Class<V> type, V own) {
        for (Annotation annotation : composed) {
            Optional<V> override = override(annotation, attribute, type);
            if (override.isPresent()) {
                return override.get();
            }
        }
        return own;
    }

    /** Attributes of composed annotations that bear the name of one of ours, but have another type. */
    List<Problem> mismatches(String where) {
        if (composed.isEmpty()) {
            return List.of();
        }
        return Arrays.stream(OnChange.class.getDeclaredMethods())
                .flatMap(ours -> composed.stream()
                        .flatMap(annotation -> attribute(annotation, ours.getName()).stream())
                        .filter(theirs -> !fits(theirs.getReturnType(), ours.getReturnType()))
                        .map(theirs -> mismatch(where, ours, theirs)))
                .toList();
    }

    private static Problem mismatch(String where, Method ours, Method theirs) {
        return Message.OVERRIDE_OF_OTHER_TYPE.at(
                where,
                theirs.getDeclaringClass().getSimpleName(),
                theirs.getName(),
                theirs.getReturnType().getSimpleName(),
                ours.getReturnType().getSimpleName());
    }

    private static <V> Optional<V> override(Annotation annotation, String attribute, Class<V> type) {
        return attribute(annotation, attribute)
                .map(method -> invoke(annotation, method))
                .flatMap(value -> converted(value, type));
    }

    private static Optional<Method> attribute(Annotation annotation, String name) {
        return Arrays.stream(annotation.annotationType().getDeclaredMethods())
                .filter(method -> method.getName().equals(name) && method.getParameterCount() == 0)
                .findFirst();
    }

    private static boolean fits(Class<?> theirs, Class<?> ours) {
        return theirs == ours || theirs == ours.getComponentType();
    }

    private static <V> Optional<V> converted(Object value, Class<V> type) {
        if (type.isInstance(value)) {
            return Optional.of(type.cast(value));
        }
        if (type.isArray() && type.getComponentType().isInstance(value)) {
            Object array = Array.newInstance(type.getComponentType(), 1);
            Array.set(array, 0, value);
            return Optional.of(type.cast(array));
        }
        return Optional.empty();
    }

    private static Object invoke(Annotation annotation, Method attribute) {
        try {
            attribute.setAccessible(true);
            return attribute.invoke(annotation);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new LinkageError("cannot read " + attribute, e);
        }
    }
}
