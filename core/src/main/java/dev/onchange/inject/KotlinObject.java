package dev.onchange.inject;

import dev.onchange.engine.scan.KotlinMethods;
import jakarta.inject.Provider;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds what Kotlin calls an {@code object}, or a {@code companion object}: a class that has made its only object. */
final class KotlinObject {

    private KotlinObject() {}

    /** What supplies it, which initializes the class; empty if the class is any other one. */
    static <T> Optional<Provider<T>> of(Class<T> type) {
        if (!KotlinMethods.isKotlin(type)) {
            return Optional.empty();
        }
        return Stream.concat(fields(type, "INSTANCE", type), companions(type))
                .filter(Field::trySetAccessible)
                .findFirst()
                .map(field -> () -> type.cast(valueOf(field)));
    }

    /** It is kept by the class around it, under its own name. */
    private static Stream<Field> companions(Class<?> type) {
        Class<?> outer = type.getDeclaringClass();
        return outer == null ? Stream.empty() : fields(outer, type.getSimpleName(), type);
    }

    private static Stream<Field> fields(Class<?> holder, String name, Class<?> type) {
        return Arrays.stream(holder.getDeclaredFields())
                .filter(field -> Modifier.isStatic(field.getModifiers())
                        && field.getName().equals(name)
                        && field.getType() == type);
    }

    private static Object valueOf(Field field) {
        try {
            return field.get(null);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("was made accessible: " + field, e);
        }
    }
}
