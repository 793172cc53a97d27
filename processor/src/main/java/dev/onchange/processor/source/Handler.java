package dev.onchange.processor.source;

import dev.onchange.engine.scan.rule.Attributes;
import dev.onchange.engine.scan.rule.Declaration;
import java.util.List;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.TypeMirror;

/**
 * A handler method and what its annotations say.
 *
 * @param method the method
 * @param where class and method, for messages
 * @param parameterTypes of its parameters, with what type variables stand for in the class
 * @param signature what it takes
 * @param declarations the annotations that the compiler understands
 */
public record Handler(
        ExecutableElement method,
        String where,
        List<TypeMirror> parameterTypes,
        SourceSignature signature,
        List<AnnotatedDeclaration> declarations) {

    static Handler of(TypeElement type, SourceHandlerMethod handler, Model model) {
        ExecutableElement method = handler.method();
        KotlinFunction function = new KotlinFunction(method);
        String where = model.name(type) + "#" + function.name();
        List<TypeMirror> types = model.parameterTypes(method, type)
                .subList(0, function.parameters().size());
        SourceSignature signature = new SourceSignature(where, function.parameters(), types, new ParameterTypes(model));
        return new Handler(
                method,
                where,
                types,
                signature,
                handler.declared().stream()
                        .filter(declared -> !declared.isErroneous())
                        .map(declared -> declaration(where, declared, signature))
                        .toList());
    }

    /** Whether the types of its parameters follow from the class that inherits it. */
    public boolean isGeneric() {
        for (int i = 0; i < parameterTypes.size(); i++) {
            String written = method.getParameters().get(i).asType().toString();
            if (!parameterTypes.get(i).toString().equals(written)) {
                return true;
            }
        }
        return false;
    }

    private static AnnotatedDeclaration declaration(String where, Declared declared, SourceSignature signature) {
        Attributes attributes = SourceAttributesReader.read(declared);
        return new AnnotatedDeclaration(
                declared, new Declaration(where, attributes, signature.roles(), signature.isWhole()));
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
