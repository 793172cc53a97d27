package dev.onchange.engine.scan;

import dev.onchange.engine.scan.rule.ParameterType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/** What decides about a loaded class whether a parameter can have it. */
final class ParameterKinds {

    private ParameterKinds() {}

    static ParameterType of(Type type) {
        Class<?> erased = Generics.erasure(type);
        return new ParameterType(erased.getName(), erased.getSimpleName(), form(erased), element(erased, type));
    }

    private static @Nullable ParameterType element(Class<?> erased, Type type) {
        return erased == List.class && type instanceof ParameterizedType list
                ? of(list.getActualTypeArguments()[0])
                : null;
    }

    private static ParameterType.Form form(Class<?> type) {
        if (Map.class.isAssignableFrom(type) || BsonDocument.class.isAssignableFrom(type)) {
            return ParameterType.Form.DOCUMENT;
        }
        return type.isPrimitive() || type.isArray() || type.isEnum() || type.isAnnotation() || isOfJdk(type)
                ? ParameterType.Form.OTHER
                : ParameterType.Form.CLASS;
    }

    private static boolean isOfJdk(Class<?> type) {
        String module = type.getModule().getName();
        return module != null && (module.startsWith("java.") || module.startsWith("jdk."));
    }
}
