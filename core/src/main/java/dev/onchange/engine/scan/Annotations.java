package dev.onchange.engine.scan;

import dev.onchange.OnChange;
import dev.onchange.OnChanges;
import java.lang.annotation.Annotation;
import java.lang.annotation.Repeatable;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds every {@code @OnChange} on an element: its own, repeated ones, and those of composed annotations at any depth. */
final class Annotations {

    private final List<AnnotationDeclaration> found = new ArrayList<>();
    private final List<Annotation> path = new ArrayList<>();

    private Annotations() {}

    /** In the order in which they are written. */
    static List<AnnotationDeclaration> of(AnnotatedElement element) {
        Annotations annotations = new Annotations();
        annotations.visitAll(element.getDeclaredAnnotations());
        return annotations.found;
    }

    /** Whether an annotation of this type makes a method a handler. */
    static boolean isHandlerAnnotation(Class<?> type) {
        return type == OnChange.class
                || type == OnChanges.class
                || !of(type).isEmpty()
                || repeatedBy(type).map(Annotations::isHandlerAnnotation).orElse(false);
    }

    /** Adds the names of all annotations on an element, and of those on these. */
    static void collect(AnnotatedElement element, Set<String> names) {
        for (Annotation annotation : element.getDeclaredAnnotations()) {
            Class<? extends Annotation> type = annotation.annotationType();
            if (!isCommon(type) && names.add(type.getName())) {
                collect(type, names);
            }
        }
    }

    private void visitAll(Annotation[] annotations) {
        for (Annotation annotation : annotations) {
            visit(annotation);
        }
    }

    private void visit(Annotation annotation) {
        Class<? extends Annotation> type = annotation.annotationType();
        if (annotation instanceof OnChange onChange) {
            found.add(new AnnotationDeclaration(onChange, path));
        } else if (repeatedBy(type).isPresent()) {
            visitAll(contents(annotation));
        } else if (!isCommon(type) && path.stream().noneMatch(outer -> outer.annotationType() == type)) {
            path.add(annotation);
            visitAll(type.getDeclaredAnnotations());
            path.remove(path.size() - 1);
        }
    }

    /** Annotations of the language, of which some annotate themselves. */
    private static boolean isCommon(Class<?> type) {
        return type.getName().startsWith("java.");
    }

    /** The annotation that is repeated in a container; empty if the type is no container. */
    private static Optional<Class<? extends Annotation>> repeatedBy(Class<?> container) {
        try {
            Class<?> content =
                    container.getDeclaredMethod("value").getReturnType().getComponentType();
            if (content == null || !content.isAnnotation()) {
                return Optional.empty();
            }
            Repeatable repeatable = content.getAnnotation(Repeatable.class);
            return repeatable != null && repeatable.value() == container
                    ? Optional.of(content.asSubclass(Annotation.class))
                    : Optional.empty();
        } catch (NoSuchMethodException e) {
            return Optional.empty();
        }
    }

    private static Annotation[] contents(Annotation container) {
        try {
            Method value = container.annotationType().getDeclaredMethod("value");
            value.setAccessible(true);
            return (Annotation[]) value.invoke(container);
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            throw new LinkageError("cannot read " + container, e);
        }
    }
}
