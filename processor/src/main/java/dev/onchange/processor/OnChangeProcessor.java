package dev.onchange.processor;

import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementFilter;

/**
 * Reports what is wrong with {@code @OnChange} methods as errors of the compiler, each at the attribute concerned, by
 * the rules and with the texts of the start of the listeners. What needs values of placeholders, composed annotations,
 * codecs or the server is left to the start. Writes no files.
 */
public final class OnChangeProcessor extends AbstractProcessor {

    /** For the compiler, which loads it as a service. */
    public OnChangeProcessor() {}

    @Override
    public SourceVersion getSupportedSourceVersion() {
        return SourceVersion.latestSupported();
    }

    @Override
    public Set<String> getSupportedAnnotationTypes() {
        return Set.of(Annotations.ONE, Annotations.SEVERAL);
    }

    /** Checks the round's methods; claims no annotation, so that other processors see them too. */
    @Override
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
        Model model = new Model(processingEnv.getElementUtils(), processingEnv.getTypeUtils());
        HandlerCheck check = new HandlerCheck(model, new Report(processingEnv.getMessager()));
        annotations.stream()
                .flatMap(annotation -> round.getElementsAnnotatedWith(annotation).stream())
                .distinct()
                .forEach(element -> ElementFilter.methodsIn(Set.of(element)).forEach(check::check));
        return false;
    }
}
