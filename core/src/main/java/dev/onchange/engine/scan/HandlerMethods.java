package dev.onchange.engine.scan;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the annotated methods of a class, those included that it inherits or implements. An overriding method without
 * an annotation of its own is still a handler, by the annotation it overrides: were it otherwise, overriding would
 * silently switch a handler off.
 */
final class HandlerMethods {

    private final Generics generics;
    private final List<Candidate> candidates = new ArrayList<>();
    private final Map<String, List<Candidate>> byName = new HashMap<>();

    private HandlerMethods(Class<?> type) {
        this.generics = new Generics(type);
        for (Class<?> ancestor : ClassHierarchy.of(type)) {
            declaredMethods(ancestor).forEach(this::add);
        }
    }

    /** In the order of the classes, the class itself first, and of names within each. */
    static List<HandlerMethod> of(Class<?> type) {
        return new HandlerMethods(type)
                .candidates.stream()
                        .filter(candidate -> !candidate.declared.isEmpty())
                        .map(candidate -> new HandlerMethod(candidate.method, candidate.declared))
                        .toList();
    }

    private void add(Method method) {
        List<AnnotationDeclaration> declared = Annotations.of(method);
        List<Candidate> sameName = byName.computeIfAbsent(method.getName(), name -> new ArrayList<>(1));
        for (Candidate candidate : sameName) {
            if (overrides(candidate.method, method)) {
                if (candidate.declared.isEmpty()) {
                    candidate.declared = declared;
                }
                return;
            }
        }
        Candidate candidate = new Candidate(method, declared);
        sameName.add(candidate);
        candidates.add(candidate);
    }

    /** @param inherited of the same name */
    private boolean overrides(Method method, Method inherited) {
        return isVirtual(method)
                && isVirtual(inherited)
                && isVisible(inherited, method.getDeclaringClass())
                && Arrays.equals(generics.parameterClasses(method), generics.parameterClasses(inherited));
    }

    private static boolean isVirtual(Method method) {
        return (method.getModifiers() & (Modifier.PRIVATE | Modifier.STATIC)) == 0;
    }

    private static boolean isVisible(Method inherited, Class<?> from) {
        if ((inherited.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0) {
            return true;
        }
        Class<?> declaring = inherited.getDeclaringClass();
        return declaring.getPackageName().equals(from.getPackageName())
                && declaring.getClassLoader() == from.getClassLoader();
    }

    /** Without the methods that the compiler adds, which carry copies of the annotations. */
    private static List<Method> declaredMethods(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> !method.isBridge() && !method.isSynthetic())
                .sorted(Comparator.comparing(Method::getName).thenComparing(Method::toGenericString))
                .toList();
    }

    /** A method and the nearest annotations found for it so far. */
    private static final class Candidate {

        private final Method method;
        private List<AnnotationDeclaration> declared;

        private Candidate(Method method, List<AnnotationDeclaration> declared) {
            this.method = method;
            this.declared = declared;
        }
    }
}
