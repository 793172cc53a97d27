package dev.onchange.processor.source;

import javax.lang.model.element.ElementKind;
import javax.lang.model.element.TypeElement;

/** Annotations of the user's own that make methods handlers. */
public final class ComposedAnnotations {

    private ComposedAnnotations() {}

    /** Whether a type is one, directly or by another one. */
    public static boolean isOne(TypeElement type) {
        return type.getKind() == ElementKind.ANNOTATION_TYPE
                && !SourceAnnotations.of(type).isEmpty();
    }
}
