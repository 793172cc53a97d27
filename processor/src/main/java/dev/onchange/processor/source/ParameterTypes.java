package dev.onchange.processor.source;

import dev.onchange.engine.scan.rule.ParameterType;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ModuleElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.type.WildcardType;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/** What decides about a class in a source whether a parameter can have it. */
public final class ParameterTypes {

    private static final Set<ElementKind> PLAIN = Set.of(ElementKind.CLASS, ElementKind.INTERFACE, ElementKind.RECORD);

    private final Model model;

    public ParameterTypes(Model model) {
        this.model = model;
    }

    /** Whether the type is known here: not a type variable, nor a class that is still to be generated or does not exist. */
    public static boolean isKnown(TypeMirror type) {
        if (type instanceof DeclaredType list && list.getTypeArguments().size() == 1 && isList(list)) {
            return isKnown(elementOf(list));
        }
        return type.getKind() != TypeKind.TYPEVAR && type.getKind() != TypeKind.ERROR;
    }

    private static boolean isList(DeclaredType type) {
        return ((TypeElement) type.asElement()).getQualifiedName().contentEquals(ParameterType.LIST);
    }

    public ParameterType of(TypeMirror type) {
        if (!(type instanceof DeclaredType declared)) {
            return new ParameterType(type.toString(), type.toString(), ParameterType.Form.OTHER);
        }
        TypeElement element = (TypeElement) declared.asElement();
        return new ParameterType(
                model.elements().getBinaryName(element).toString(),
                element.getSimpleName().toString(),
                form(declared, element),
                element(declared));
    }

    private @Nullable ParameterType element(DeclaredType type) {
        if (!isList(type) || type.getTypeArguments().isEmpty()) {
            return null;
        }
        TypeMirror argument = elementOf(type);
        return isKnown(argument) ? of(argument) : null;
    }

    /** What a list has elements of; compilers of other languages write it with a wildcard. */
    public static TypeMirror elementOf(DeclaredType list) {
        TypeMirror argument = list.getTypeArguments().get(0);
        if (argument instanceof WildcardType wildcard) {
            TypeMirror bound = wildcard.getSuperBound() == null ? wildcard.getExtendsBound() : wildcard.getSuperBound();
            return bound == null ? argument : bound;
        }
        return argument;
    }

    private ParameterType.Form form(DeclaredType type, TypeElement element) {
        if (model.isBelow(type, Map.class) || model.isBelow(type, BsonDocument.class)) {
            return ParameterType.Form.DOCUMENT;
        }
        return PLAIN.contains(element.getKind()) && !isOfJdk(element)
                ? ParameterType.Form.CLASS
                : ParameterType.Form.OTHER;
    }

    private boolean isOfJdk(TypeElement element) {
        ModuleElement module = model.elements().getModuleOf(element);
        return module != null
                && Stream.of("java.", "jdk.")
                        .anyMatch(prefix -> module.getQualifiedName().toString().startsWith(prefix));
    }
}
