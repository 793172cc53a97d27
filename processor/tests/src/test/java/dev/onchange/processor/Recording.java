package dev.onchange.processor;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.Filer;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;

/** The processor, watched as an incremental build tool watches it: which file comes from which sources. */
final class Recording extends AbstractProcessor {

    private final OnChangeProcessor processor = new OnChangeProcessor();
    private final Map<String, List<String>> origins = new LinkedHashMap<>();

    /** The types from which each file was made, by the file's name. */
    Map<String, List<String>> origins() {
        return origins;
    }

    @Override
    public synchronized void init(ProcessingEnvironment environment) {
        super.init(environment);
        Filer filer = (Filer) Proxy.newProxyInstance(
                Recording.class.getClassLoader(), new Class<?>[] {Filer.class}, (proxy, method, arguments) -> {
                    Element[] elements = (Element[]) arguments[arguments.length - 1];
                    String file = method.getName().equals("createSourceFile")
                            ? arguments[0].toString().replace('.', '/') + ".class"
                            : arguments[2].toString();
                    origins.put(file, Stream.of(elements).map(Object::toString).toList());
                    try {
                        return method.invoke(environment.getFiler(), arguments);
                    } catch (java.lang.reflect.InvocationTargetException e) {
                        throw e.getCause() instanceof IOException failed ? failed : e;
                    }
                });
        processor.init((ProcessingEnvironment) Proxy.newProxyInstance(
                Recording.class.getClassLoader(),
                new Class<?>[] {ProcessingEnvironment.class},
                (proxy, method, arguments) ->
                        method.getName().equals("getFiler") ? filer : method.invoke(environment, arguments)));
    }

    @Override
    public Set<String> getSupportedAnnotationTypes() {
        return processor.getSupportedAnnotationTypes();
    }

    @Override
    public SourceVersion getSupportedSourceVersion() {
        return processor.getSupportedSourceVersion();
    }

    @Override
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
        return processor.process(annotations, round);
    }
}
