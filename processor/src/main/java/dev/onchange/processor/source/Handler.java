package dev.onchange.processor.source;

import dev.onchange.scan.rule.Attributes;
import dev.onchange.scan.rule.Declaration;
import java.util.List;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;

/**
 * A handler method and what its annotations say.
 *
 * @param method the method
 * @param where class and method, for messages
 * @param signature what it takes
 * @param declarations those that the compiler understands
 */
public record Handler(
        ExecutableElement method, String where, Signature signature, List<AnnotatedDeclaration> declarations) {

    static Handler of(TypeElement type, HandlerMethod handler, Model model) {
        ExecutableElement method = handler.method();
        String where = model.name(type) + "#" + method.getSimpleName();
        Signature signature = new Signature(where, method.getParameters(), new ParameterTypes(model));
        return new Handler(
                method,
                where,
                signature,
                handler.declared().stream()
                        .filter(declared -> !declared.isErroneous())
                        .map(declared -> declaration(where, declared, signature))
                        .toList());
    }

    private static AnnotatedDeclaration declaration(String where, Declared declared, Signature signature) {
        Attributes attributes = AttributesReader.read(declared);
        return new AnnotatedDeclaration(declared, new Declaration(where, attributes, signature.roles()));
    }

    /**
     * One {@code @OnChange}.
     *
     * @param declared as it is written
     * @param declaration as the rules see it
     */
    public record AnnotatedDeclaration(Declared declared, Declaration declaration) {

        /** What the annotation says. */
        public Attributes attributes() {
            return declaration.attributes();
        }
    }
}
