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
    private int errors;

    Report(Messager messager) {
        this.messager = messager;
    }

    /** How many so far. */
    int errors() {
        return errors;
    }

    /** At an element. */
    void add(Problem problem, Element element) {
        errors++;
        messager.printMessage(Diagnostic.Kind.ERROR, problem.toString(), element);
    }

    /**
     * At a value of an element's annotation, or at the annotation where the value is not written. For a repeated
     * annotation javac 17 was seen to report at the element instead.
     */
    void add(Problem problem, Element element, Declared declared, @Nullable AnnotationValue value) {
        errors++;
        if (value == null) {
            messager.printMessage(
                    Diagnostic.Kind.ERROR,
                    problem.toString(),
                    element,
                    declared.onMethod().annotation());
        } else {
            messager.printMessage(
                    Diagnostic.Kind.ERROR,
                    problem.toString(),
                    element,
                    declared.onMethod().annotation(),
                    value);
        }
    }
}
