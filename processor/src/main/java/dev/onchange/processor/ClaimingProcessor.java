package dev.onchange.processor;

import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementScanner14;
import org.jspecify.annotations.Nullable;

/**
 * Claims the annotations of {@code dev.onchange} beside other processors, for javac warns of annotations that none claims
 * ({@code -Xlint:processing}). {@link OnChangeProcessor} cannot: it looks at all types, and would claim those of the others.
 *
 * <p>Where a round has no other annotations it claims nothing: the compiler would not call the processors that are still to
 * come, of which some look at all types too.
 */
public final class ClaimingProcessor extends AbstractProcessor {

    private static final String OWN = "dev.onchange.";

    /** What the written classes have, which no processor claims. */
    private static final String GENERATED = "javax.annotation.processing.Generated";

    /** For the compiler, which loads it as a service. */
    public ClaimingProcessor() {}

    @Override
    public SourceVersion getSupportedSourceVersion() {
        return SourceVersion.latestSupported();
    }

    @Override
    public Set<String> getSupportedAnnotationTypes() {
        return Set.of(OWN + "*", GENERATED);
    }

    @Override
    @SuppressWarnings("DoNotClaimAnnotations") // our own are nobody else's
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
        OtherAnnotations others = new OtherAnnotations();
        others.scan(round.getRootElements(), null);
        return others.found;
    }

    private static final class OtherAnnotations extends ElementScanner14<@Nullable Void, @Nullable Void> {

        private boolean found;

        @Override
        public @Nullable Void scan(Element element, @Nullable Void nothing) {
            found = found || element.getAnnotationMirrors().stream().anyMatch(OtherAnnotations::isOther);
            return found ? null : super.scan(element, null);
        }

        private static boolean isOther(AnnotationMirror annotation) {
            return annotation.getAnnotationType().asElement() instanceof TypeElement type
                    && !type.getQualifiedName().toString().startsWith(OWN);
        }
    }
}
