package dev.onchange.processor;

import dev.onchange.problem.Problem;
import javax.annotation.processing.Messager;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.tools.Diagnostic;
import org.jspecify.annotations.Nullable;

/** Passes problems on to the compiler, as errors. */
final class Report {

    private final Messager messager;

    Report(Messager messager) {
        this.messager = messager;
    }

    /** At an element. */
    void add(Problem problem, Element element) {
        messager.printMessage(Diagnostic.Kind.ERROR, problem.toString(), element);
    }

    /**
     * At a value of an element's annotation, or at the annotation where the value is not written. For a repeated
     * annotation javac 17 was seen to report at the element instead.
     */
    void add(Problem problem, Element element, Mirror annotation, @Nullable AnnotationValue value) {
        if (value == null) {
            messager.printMessage(Diagnostic.Kind.ERROR, problem.toString(), element, annotation.annotation());
        } else {
            messager.printMessage(Diagnostic.Kind.ERROR, problem.toString(), element, annotation.annotation(), value);
        }
    }
}
