package dev.onchange.engine.scan;

import dev.onchange.engine.scan.index.IndexFiles;
import dev.onchange.generated.HandlerCalls;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the annotation processor generated for a class.
 *
 * @param calls the generated class; null if there is none
 * @param methods the methods that it calls, by their numbers
 * @param others the methods that it is known not to reach
 */
record GeneratedMethods(@Nullable Class<? extends HandlerCalls> calls, List<String> methods, List<String> others) {

    private static final GeneratedMethods NONE = new GeneratedMethods(null, List.of(), List.of());

    /** A class that was generated for an older form of this library, or cannot be used from here, counts as none. */
    static GeneratedMethods of(Class<?> type) {
        try {
            Class<?> generated = Class.forName(type.getName() + IndexFiles.CALLS_SUFFIX, true, type.getClassLoader());
            // Only then do both see each other's package-private members.
            if (generated.getClassLoader() != type.getClassLoader()) {
                return NONE;
            }
            Class<? extends HandlerCalls> calls = generated.asSubclass(HandlerCalls.class);
            HandlerCalls made = calls.getConstructor().newInstance();
            return new GeneratedMethods(calls, made.methods(), made.others());
        } catch (ReflectiveOperationException | ClassCastException | LinkageError e) {
            return NONE;
        }
    }

    /** Null if the generated class does not know this method, as it is now. */
    @Nullable
    GeneratedMethod callOf(Method method) {
        int number = calls == null ? -1 : methods.indexOf(signature(method));
        return calls == null || number < 0 ? null : new GeneratedMethod(calls, number);
    }

    /** Whether the class was generated when the method was another one, or was not there. */
    boolean isStaleFor(Method method) {
        return calls != null && !methods.contains(signature(method)) && !others.contains(signature(method));
    }

    private static String signature(Method method) {
        return method.getName()
                + Arrays.stream(method.getParameterTypes())
                        .map(Type::getTypeName)
                        .collect(Collectors.joining(",", "(", "):"))
                + method.getReturnType().getTypeName();
    }
}
