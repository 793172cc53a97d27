package dev.onchange.engine.scan;

import dev.onchange.engine.scan.rule.ParameterType;
import java.util.Map;
import org.bson.BsonDocument;

/** What decides about a loaded class whether a parameter can have it. */
final class ParameterKinds {

    private ParameterKinds() {}

    static ParameterType of(Class<?> type) {
        return new ParameterType(type.getName(), type.getSimpleName(), form(type));
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
