package dev.onchange.processor;

import dev.onchange.engine.scan.index.IndexFiles;
import dev.onchange.processor.check.Checks;
import dev.onchange.processor.check.KeptAtRunTime;
import dev.onchange.processor.check.Report;
import dev.onchange.processor.generate.CallsWriter;
import dev.onchange.processor.generate.IndexWriter;
import dev.onchange.processor.generate.MetadataWriter;
import dev.onchange.processor.source.Handler;
import dev.onchange.processor.source.HandlerClass;
import dev.onchange.processor.source.Model;
import dev.onchange.processor.source.SourceHandlerMethod;
import dev.onchange.processor.source.SourceHandlerMethods;
import java.io.IOException;
import java.util.List;
import javax.annotation.processing.Filer;
import javax.annotation.processing.ProcessingEnvironment;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementFilter;
import javax.tools.Diagnostic;

/** What is done with the types of one round of the compiler. */
final class Round {

    private final Model model;
    private final ProcessingEnvironment environment;
    private final Report report;
    private final SourceHandlerMethods methods;
    private final Checks checks;
    private final KeptAtRunTime keptAtRunTime;
    private final CallsWriter calls;
    private final MetadataWriter metadata;
    private final IndexWriter index;

    Round(Model model, ProcessingEnvironment environment, IndexWriter index) {
        this.model = model;
        this.environment = environment;
        this.report = new Report(environment.getMessager());
        this.methods = new SourceHandlerMethods(model);
        this.checks = new Checks(model);
        this.keptAtRunTime = new KeptAtRunTime(model);
        this.calls = new CallsWriter(model);
        this.metadata = new MetadataWriter(model);
        this.index = index;
    }

    /** A type that is not declared within another one. */
    void lookAt(TypeElement type) {
        if (!type.getSimpleName().toString().endsWith(IndexFiles.CALLS_SUFFIX)) {
            index.see(type);
            lookInto(type);
        }
    }

    /** When there is nothing more to come. */
    void finish() {
        try {
            index.writeTypes(environment.getFiler());
        } catch (IOException e) {
            environment.getMessager().printMessage(Diagnostic.Kind.ERROR, "The index cannot be written: " + e);
        }
    }

    private void lookInto(TypeElement type) {
        keptAtRunTime.check(type, report);
        List<SourceHandlerMethod> methodsOfType = model.isProxyOfConcrete(type) ? List.of() : methods.of(type);
        if (!methodsOfType.isEmpty()) {
            HandlerClass handlers = HandlerClass.of(type, methodsOfType, model);
            if (checks.pass(handlers, report)) {
                write(handlers);
            }
        }
        ElementFilter.typesIn(type.getEnclosedElements()).forEach(this::lookInto);
    }

    private void write(HandlerClass handlers) {
        List<ExecutableElement> methodsToCall =
                handlers.handlers().stream().map(Handler::method).toList();
        Filer filer = environment.getFiler();
        try {
            index.write(handlers.type(), methodsToCall, filer);
            boolean called = calls.write(handlers.type(), methodsToCall, filer);
            metadata.write(handlers, called, filer);
        } catch (IOException e) {
            environment
                    .getMessager()
                    .printMessage(Diagnostic.Kind.ERROR, "The index entry cannot be written: " + e, handlers.type());
        }
    }
}
