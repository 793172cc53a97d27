package dev.onchange.processor;

import dev.onchange.OnChange;
import dev.onchange.OnChanges;
import java.util.List;
import java.util.stream.Stream;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;
import javax.lang.model.element.QualifiedNameable;

/** Finds the {@code @OnChange} annotations on an element. */
final class Annotations {

    static final String ONE = OnChange.class.getName();
    static final String SEVERAL = OnChanges.class.getName();

    private Annotations() {}

    /** Those written once and those repeated, in the order of the source. */
    static List<Mirror> of(Element element) {
        return element.getAnnotationMirrors().stream()
                .flatMap(Annotations::unwrapped)
                .toList();
    }

    private static Stream<Mirror> unwrapped(AnnotationMirror annotation) {
        String type = ((QualifiedNameable) annotation.getAnnotationType().asElement())
                .getQualifiedName()
                .toString();
        if (type.equals(ONE)) {
            return Stream.of(new Mirror(annotation, OnChange.class));
        }
        return type.equals(SEVERAL)
                ? new Mirror(annotation, OnChanges.class)
                        .elements("value").stream()
                                .map(each -> new Mirror((AnnotationMirror) each.getValue(), OnChange.class))
                : Stream.of();
    }
}
