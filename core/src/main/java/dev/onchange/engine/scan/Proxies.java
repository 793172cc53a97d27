package dev.onchange.engine.scan;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tells the user's class from the classes that containers generate around it. */
public final class Proxies {

    /** Spring and Guice, Weld and OpenWebBeans, Quarkus, Micronaut, Byte Buddy. */
    private static final Pattern GENERATED_NAME =
            Pattern.compile(".*(\\$\\$.*|_ClientProxy|_Subclass|\\$Intercepted|\\$ByteBuddy\\$.*)");

    private Proxies() {}

    /** The user's classes of an object: one, or if it was made of interfaces only, those. */
    static List<Class<?>> userClasses(Object instance) {
        Class<?> type = instance.getClass();
        if (isMadeOfInterfaces(type)) {
            return List.of(type.getInterfaces());
        }
        while (isGenerated(type)) {
            type = type.getSuperclass();
        }
        return List.of(type);
    }

    /**
     * Whether a class was generated around one that has the handlers, as Micronaut's and Spring's builds do: a scan meets both
     * of them. Around an abstract class it is the only one of which objects can be made.
     */
    static boolean isProxyOfConcrete(Class<?> type) {
        return isGenerated(type) && !Modifier.isAbstract(type.getSuperclass().getModifiers());
    }

    /** Whether containers give such names to the classes that they generate. */
    public static boolean isGeneratedName(String className) {
        return GENERATED_NAME.matcher(className).matches();
    }

    /** The class of an object if it was generated around the user's; null if it is the user's own. */
    public static @Nullable Class<?> proxyClass(Class<?> userClass, Object instance) {
        Class<?> type = instance.getClass();
        return type != userClass && (isMadeOfInterfaces(type) || isGenerated(type)) ? type : null;
    }

    /**
     * Whether a generated class can stand between a caller and the method. A package-private method is overridden only
     * within its package, and that is also a matter of the class loader.
     */
    public static boolean passesOn(Class<?> proxy, Method method) {
        Class<?> declaring = method.getDeclaringClass();
        boolean packagePrivate = (method.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) == 0;
        boolean samePackage = declaring.getClassLoader() == proxy.getClassLoader()
                && declaring.getPackageName().equals(proxy.getPackageName());
        return !packagePrivate || samePackage || !declaring.isAssignableFrom(proxy);
    }

    /** The method through which the object can be called: itself, or one of the same signature in an interface. */
    public static Optional<Method> callable(Method method, Object instance) {
        if (method.getDeclaringClass().isInstance(instance)) {
            return Optional.of(method);
        }
        Generics generics = new Generics(method.getDeclaringClass());
        Class<?>[] parameters = generics.parameterClasses(method);
        return ClassHierarchy.of(instance.getClass()).stream()
                .filter(Class::isInterface)
                .flatMap(parent -> Arrays.stream(parent.getDeclaredMethods()))
                .filter(candidate -> candidate.getName().equals(method.getName())
                        && !candidate.isBridge()
                        && Arrays.equals(generics.parameterClasses(candidate), parameters))
                .findFirst();
    }

    /** A proxy of the JDK, or a lambda. */
    private static boolean isMadeOfInterfaces(Class<?> type) {
        return Proxy.isProxyClass(type) || (type.isHidden() && type.getSuperclass() == Object.class);
    }

    private static boolean isGenerated(Class<?> type) {
        Class<?> superclass = type.getSuperclass();
        return isGeneratedName(type.getName()) && superclass != null && superclass != Object.class;
    }
}
