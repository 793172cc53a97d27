package dev.onchange.engine.scan;

import java.lang.reflect.Method;
import java.util.Arrays;

/** What Kotlin's compiler makes of functions, told by names: nothing of Kotlin need be there. */
public final class KotlinMethods {

    private static final String CONTINUATION = "kotlin.coroutines.Continuation";

    private KotlinMethods() {}

    /** Whether Kotlin's compiler made the class. */
    public static boolean isKotlin(Class<?> type) {
        return Arrays.stream(type.getDeclaredAnnotations())
                .anyMatch(annotation -> annotation.annotationType().getName().equals("kotlin.Metadata"));
    }

    /**
     * Whether a class within an interface is the one in which Kotlin keeps copies of the functions with a body that the
     * interface declares: static methods with the annotations of these.
     */
    public static boolean isOfDefaults(String className) {
        return className.endsWith("$DefaultImpls");
    }

    /** Whether it is a {@code suspend fun}, whose last parameter goes on with the caller's work. */
    public static boolean isSuspending(Method method) {
        Class<?>[] types = method.getParameterTypes();
        return types.length > 0 && types[types.length - 1].getName().equals(CONTINUATION);
    }

    /** How many of the parameters stand in the source. */
    static int parametersOf(Method method) {
        return method.getParameterCount() - (isSuspending(method) ? 1 : 0);
    }

    /** The name in the source: that of an {@code internal fun} is followed by the name of its module. */
    static String nameOf(Method method) {
        String name = method.getName();
        int module = name.indexOf('$');
        return module > 0 && isKotlin(method.getDeclaringClass()) ? name.substring(0, module) : name;
    }
}
