package dev.onchange.processor.check;

import dev.onchange.problem.Problem;
import dev.onchange.processor.source.Declared;
import javax.annotation.processing.Messager;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.tools.Diagnostic;
import org.jspecify.annotations.Nullable;

/** Passes problems on to the compiler. */
public final class Report {

    private final Messager messager;
    private int errors;

    public Report(Messager messager) {
        this.messager = messager;
    }

    /** How many so far. */
    public int errors() {
        return errors;
    }

    /** At an element. */
    public void error(Problem problem, Element element) {
        errors++;
        messager.printMessage(Diagnostic.Kind.ERROR, problem.toString(), element);
    }

    /** A warning at a value of an element's annotation. */
    public void warning(Problem problem, Element element, Declared declared, @Nullable AnnotationValue value) {
        print(Diagnostic.Kind.WARNING, problem, element, declared, value);
    }

    /**
     * At a value of an element's annotation, or at the annotation where the value is not written. For a repeated
     * annotation javac 17 was seen to report at the element instead.
     */
    public void error(Problem problem, Element element, Declared declared, @Nullable AnnotationValue value) {
        errors++;
        print(Diagnostic.Kind.ERROR, problem, element, declared, value);
    }

    private void print(
            Diagnostic.Kind kind,
            Problem problem,
            Element element,
            Declared declared,
            @Nullable AnnotationValue value) {
        AnnotationMirror annotation = declared.onMethod().annotation();
        if (value == null) {
            messager.printMessage(kind, problem.toString(), element, annotation);
        } else {
            messager.printMessage(kind, problem.toString(), element, annotation, value);
        }
    }
}
