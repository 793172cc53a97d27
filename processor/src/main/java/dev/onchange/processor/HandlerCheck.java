package dev.onchange.processor;

import dev.onchange.match.InvalidMatchException;
import dev.onchange.match.Match;
import dev.onchange.plan.InvalidPipelineException;
import dev.onchange.plan.OwnPipeline;
import dev.onchange.problem.Message;
import dev.onchange.scan.rule.Attributes;
import dev.onchange.scan.rule.Declaration;
import dev.onchange.scan.rule.Rules;
import java.util.List;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;

/** Reports what is wrong with one annotated method. */
final class HandlerCheck {

    private final Model model;
    private final Report report;

    HandlerCheck(Model model, Report report) {
        this.model = model;
        this.report = report;
    }

    /** Whether all is well with the handlers of a type, as far as they are declared in it. */
    boolean check(TypeElement type, List<HandlerMethod> handlers) {
        int before = report.errors();
        handlers.stream()
                .filter(handler -> handler.method().getEnclosingElement().equals(type))
                .forEach(this::check);
        return report.errors() == before;
    }

    private void check(HandlerMethod handler) {
        ExecutableElement method = handler.method();
        String where = where(method);
        Signature signature = new Signature(where, method.getParameters(), new ParameterTypes(model));
        signature.problems().forEach((parameter, problem) -> report.add(problem, parameter));
        access(method, where);
        List<Declared> annotations = handler.declared().stream()
                .filter(declared -> !declared.isErroneous())
                .toList();
        ids(annotations, method, where);
        for (Declared annotation : annotations) {
            Attributes attributes = AttributesReader.read(annotation);
            rules(new Declaration(where, attributes, signature.roles()), method, annotation);
            match(attributes, method, annotation);
            pipeline(attributes, method, annotation);
        }
    }

    private String where(ExecutableElement method) {
        TypeElement type = (TypeElement) method.getEnclosingElement();
        return model.elements().getBinaryName(type) + "#" + method.getSimpleName();
    }

    private void access(ExecutableElement method, String where) {
        if (method.getModifiers().contains(Modifier.PRIVATE)) {
            report.add(Message.PRIVATE_METHOD.at(where), method);
        } else if (method.getModifiers().contains(Modifier.STATIC)) {
            report.add(Message.STATIC_METHOD.at(where), method);
        }
    }

    private void ids(List<Declared> annotations, ExecutableElement method, String where) {
        long withoutId = annotations.stream()
                .filter(annotation -> annotation.text("id").isEmpty())
                .count();
        if (withoutId > 1) {
            report.add(Message.REPEATED_WITHOUT_ID.at(where, annotations.size(), withoutId), method);
        }
    }

    private void rules(Declaration declaration, ExecutableElement method, Declared annotation) {
        Rules.check(Rules.OF_SOURCE, declaration)
                .forEach(problem ->
                        report.add(problem, method, annotation, annotation.written(Declaration.attribute(problem))));
    }

    private void match(Attributes attributes, ExecutableElement method, Declared annotation) {
        if (attributes.match().isBlank() || Declaration.isOpen(attributes.match())) {
            return;
        }
        try {
            Match.parse(attributes.match());
        } catch (InvalidMatchException invalid) {
            report.add(
                    invalid.problem(Declaration.where(where(method), "match")),
                    method,
                    annotation,
                    annotation.written("match"));
        }
    }

    private void pipeline(Attributes attributes, ExecutableElement method, Declared annotation) {
        if (attributes.pipeline().isEmpty() || attributes.pipeline().stream().anyMatch(Declaration::isOpen)) {
            return;
        }
        try {
            OwnPipeline.parse(attributes.pipeline());
        } catch (InvalidPipelineException invalid) {
            report.add(
                    invalid.problem(Declaration.where(where(method), "pipeline")),
                    method,
                    annotation,
                    annotation.element("pipeline", invalid.text()));
        }
    }
}
