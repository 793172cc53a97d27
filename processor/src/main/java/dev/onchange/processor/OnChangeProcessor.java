package dev.onchange.processor;

import dev.onchange.processor.generate.IndexWriter;
import dev.onchange.processor.source.Model;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Stream;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.Processor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementFilter;
import org.jspecify.annotations.Nullable;

/**
 * Reports the problems of {@code @OnChange} methods as errors of the compiler, each at the attribute concerned, by
 * the rules and with the texts of the start of the listeners; and writes for each class with handlers an entry of the
 * index by which it is found, and a class that calls its methods without reflection. What needs values of placeholders,
 * codecs or the server is left to the start.
 *
 * <p>Looks at all types, as methods can be handlers by composed annotations or by inheritance. Each file that it writes
 * has one originating element, so that build tools may compile incrementally.
 */
public final class OnChangeProcessor extends AbstractProcessor {

    private static final Set<Class<?>> OWN = Set.of(OnChangeProcessor.class, ClaimingProcessor.class);

    private final Set<String> unresolved = new LinkedHashSet<>();
    private @Nullable IndexWriter index;
    private boolean alone;

    /** For the compiler, which loads it as a service. */
    public OnChangeProcessor() {}

    @Override
    public synchronized void init(ProcessingEnvironment environment) {
        super.init(environment);
        index = new IndexWriter(model());
        alone = isAlone();
    }

    @Override
    public SourceVersion getSupportedSourceVersion() {
        return SourceVersion.latestSupported();
    }

    @Override
    public Set<String> getSupportedAnnotationTypes() {
        return Set.of("*");
    }

    /**
     * Looks at the round's types; claims no annotation, so that other processors see them too. Where there is no other one
     * it claims all: javac warns of those that nobody claims ({@code -Xlint:processing}), and only where a processor runs;
     * beside others {@link ClaimingProcessor} claims our own.
     */
    @SuppressWarnings("DoNotClaimAnnotations") // see isAlone
    @Override
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
        Model model = model();
        Round work = new Round(model, processingEnv, index());
        List<TypeElement> types = Stream.concat(
                        unresolved.stream().map(model.elements()::getTypeElement),
                        ElementFilter.typesIn(round.getRootElements()).stream())
                .toList();
        unresolved.clear();
        for (TypeElement type : types) {
            // What other processors are still to write may have handlers that this type inherits.
            if (!model.isResolved(type) && !round.processingOver()) {
                unresolved.add(type.getQualifiedName().toString());
            } else {
                work.lookAt(type);
            }
        }
        if (round.processingOver() && !round.errorRaised()) {
            work.finish();
        }
        return alone;
    }

    /** On the processor path, for which javac makes a class loader. */
    private static boolean isAlone() {
        ClassLoader path = OnChangeProcessor.class.getClassLoader();
        try {
            return ServiceLoader.load(Processor.class, path).stream()
                    .map(ServiceLoader.Provider::type)
                    .allMatch(type -> OWN.contains(type) || type.getClassLoader() != path);
        } catch (ServiceConfigurationError unreadable) {
            return false;
        }
    }

    private Model model() {
        return new Model(processingEnv.getElementUtils(), processingEnv.getTypeUtils());
    }

    private IndexWriter index() {
        if (index == null) {
            throw new IllegalStateException("not initialized");
        }
        return index;
    }
}
