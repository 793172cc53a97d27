package dev.onchange.testing;

import jakarta.inject.Inject;
import java.lang.annotation.Annotation;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

/** The fields of a test object that concern us, inherited ones included. */
record TestFields(List<Field> injected, List<Field> handlers) {

    static TestFields of(Object test) {
        List<Field> all = new ArrayList<>();
        for (@Nullable Class<?> each = test.getClass(); each != null; each = each.getSuperclass()) {
            all.addAll(Arrays.asList(each.getDeclaredFields()));
        }
        return new TestFields(with(Inject.class, all), with(Handlers.class, all));
    }

    private static List<Field> with(Class<? extends Annotation> annotation, List<Field> all) {
        return all.stream()
                .filter(field -> field.isAnnotationPresent(annotation))
                .toList();
    }

    static void set(Field field, Object test, Object value) {
        try {
            field.setAccessible(true);
            field.set(test, value);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new ExtensionConfigurationException(field + " cannot be set", e);
        }
    }

    static Object get(Field field, Object test) {
        Object value;
        try {
            field.setAccessible(true);
            value = field.get(test);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new ExtensionConfigurationException(field + " cannot be read", e);
        }
        if (value == null) {
            throw new ExtensionConfigurationException(
                    field + " has @Handlers, but is null; set it where it is declared or in the constructor");
        }
        return value;
    }
}
