package dev.onchange.examples.inventory.rows;

import dev.onchange.OnChange;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads the annotations of handlers, so that what is printed is what is declared. */
final class Declared {

    private Declared() {}

    /** The annotations of all methods, with the attributes that are set. */
    static String by(Class<?>... types) {
        return Stream.of(types)
                .flatMap(type -> Stream.of(type.getDeclaredMethods()))
                .flatMap(method -> Stream.of(method.getAnnotationsByType(OnChange.class)))
                .map(Declared::text)
                .sorted()
                .collect(Collectors.joining(" "));
    }

    private static String text(Annotation annotation) {
        Class<?> type = annotation.annotationType();
        return Stream.of(type.getDeclaredMethods())
                .filter(attribute -> !Objects.deepEquals(value(annotation, attribute), attribute.getDefaultValue()))
                .map(attribute -> attribute.getName() + "=" + text(value(annotation, attribute)))
                .sorted()
                .collect(Collectors.joining(", ", "@" + type.getSimpleName() + "(", ")"));
    }

    private static String text(Object value) {
        if (value instanceof Annotation nested) {
            return text(nested);
        }
        return value instanceof Object[] several ? Arrays.toString(several) : value.toString();
    }

    private static Object value(Annotation annotation, Method attribute) {
        try {
            return attribute.invoke(annotation);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException("attributes of annotations are public", impossible);
        }
    }
}
