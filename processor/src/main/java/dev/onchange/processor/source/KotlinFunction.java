package dev.onchange.processor.source;

import java.util.List;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.DeclaredType;

/** A method as its author wrote it, where Kotlin's compiler made it of a function; any other as it is. */
public record KotlinFunction(ExecutableElement method) {

    /** Whether it is a {@code suspend fun}, whose last parameter goes on with the caller's work. */
    public boolean isSuspending() {
        List<? extends VariableElement> all = method.getParameters();
        return !all.isEmpty()
                && all.get(all.size() - 1).asType() instanceof DeclaredType type
                && isNamed(type.asElement(), "kotlin.coroutines.Continuation");
    }

    /** Those that stand in the source. */
    List<? extends VariableElement> parameters() {
        List<? extends VariableElement> all = method.getParameters();
        return isSuspending() ? all.subList(0, all.size() - 1) : all;
    }

    /** The name in the source: that of an {@code internal fun} is followed by the name of its module. */
    String name() {
        String name = method.getSimpleName().toString();
        int module = name.indexOf('$');
        Element type = method.getEnclosingElement();
        boolean kotlin = type != null
                && type.getAnnotationMirrors().stream()
                        .anyMatch(annotation ->
                                isNamed(annotation.getAnnotationType().asElement(), "kotlin.Metadata"));
        return module > 0 && kotlin ? name.substring(0, module) : name;
    }

    private static boolean isNamed(Element element, String name) {
        return element instanceof TypeElement type && type.getQualifiedName().contentEquals(name);
    }
}
