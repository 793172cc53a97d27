package dev.onchange.processor.source;

import dev.onchange.OnChange;
import java.lang.annotation.Annotation;
import java.lang.annotation.Repeatable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;

/** Finds every {@code @OnChange} on an element: its own, repeated ones, and those of composed annotations at any depth. */
final class SourceAnnotations {

    private static final String ON_CHANGE = OnChange.class.getName();

    private final List<Declared> found = new ArrayList<>();
    private final List<Mirror> path = new ArrayList<>();

    private SourceAnnotations() {}

    /** In the order in which they are written. */
    static List<Declared> of(Element element) {
        List<? extends AnnotationMirror> annotations = element.getAnnotationMirrors();
        if (annotations.isEmpty()) {
            return List.of();
        }
        SourceAnnotations all = new SourceAnnotations();
        annotations.forEach(all::visit);
        return all.found;
    }

    private void visit(AnnotationMirror annotation) {
        TypeElement type = (TypeElement) annotation.getAnnotationType().asElement();
        String name = type.getQualifiedName().toString();
        if (name.equals(ON_CHANGE)) {
            found.add(new Declared(new Mirror(annotation, OnChange.class), path));
        } else if (!name.startsWith("java.") && path.stream().noneMatch(outer -> outer.isOf(type))) {
            Optional<List<AnnotationMirror>> repeated = repeated(annotation, type);
            if (repeated.isPresent()) {
                repeated.get().forEach(this::visit);
            } else {
                path.add(new Mirror(annotation, Annotation.class));
                type.getAnnotationMirrors().forEach(this::visit);
                path.remove(path.size() - 1);
            }
        }
    }

    /** The annotations in a container of repeated ones; empty if it is none. */
    private static Optional<List<AnnotationMirror>> repeated(AnnotationMirror annotation, TypeElement type) {
        boolean isContainer = ElementFilter.methodsIn(type.getEnclosedElements()).stream()
                .filter(attribute -> attribute.getSimpleName().contentEquals("value"))
                .anyMatch(attribute -> isRepeatedIn(attribute.getReturnType(), type));
        return isContainer
                ? annotation.getElementValues().entrySet().stream()
                        .filter(entry -> entry.getKey().getSimpleName().contentEquals("value"))
                        .map(entry -> annotations(entry.getValue()))
                        .findFirst()
                : Optional.empty();
    }

    private static List<AnnotationMirror> annotations(AnnotationValue value) {
        return value.getValue() instanceof List<?> values
                ? values.stream()
                        .map(each -> ((AnnotationValue) each).getValue())
                        .filter(AnnotationMirror.class::isInstance)
                        .map(AnnotationMirror.class::cast)
                        .toList()
                : List.of();
    }

    private static boolean isRepeatedIn(TypeMirror content, TypeElement container) {
        return content instanceof ArrayType array
                && array.getComponentType() instanceof DeclaredType declared
                && declared.asElement().getAnnotationMirrors().stream()
                        .filter(each -> ((TypeElement) each.getAnnotationType().asElement())
                                .getQualifiedName()
                                .contentEquals(Repeatable.class.getName()))
                        .flatMap(each -> each.getElementValues().entrySet().stream())
                        .filter(entry -> isValue(entry.getKey()))
                        .anyMatch(entry -> entry.getValue().getValue() instanceof DeclaredType named
                                && named.asElement().equals(container));
    }

    private static boolean isValue(ExecutableElement attribute) {
        return attribute.getSimpleName().contentEquals("value");
    }
}
