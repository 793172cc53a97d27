package dev.onchange.processor.source;

import dev.onchange.engine.scan.Proxies;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.Element;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.PackageElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.ArrayType;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.ExecutableType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;
import org.jspecify.annotations.Nullable;

/** What the compiler can be asked about the sources. */
public record Model(Elements elements, Types types) {

    /** As {@link Class#getName} gives it. */
    public String name(TypeElement type) {
        return elements.getBinaryName(type).toString();
    }

    /** The type without what it is generic in, as {@link Class#getTypeName} gives it. */
    public String erasedName(TypeMirror type) {
        TypeMirror erased = types.erasure(type);
        if (erased instanceof ArrayType array) {
            return erasedName(array.getComponentType()) + "[]";
        }
        return erased instanceof DeclaredType declared ? name((TypeElement) declared.asElement()) : erased.toString();
    }

    /** A method as generated code is asked for it. */
    public String signature(ExecutableElement method) {
        return method.getSimpleName()
                + method.getParameters().stream()
                        .map(parameter -> erasedName(parameter.asType()))
                        .collect(Collectors.joining(",", "(", "):"))
                + erasedName(method.getReturnType());
    }

    /**
     * The types of a method's parameters, seen from a class: with what type variables stand for there, or, where
     * nothing can decide that any more, their bounds.
     */
    public List<TypeMirror> parameterTypes(ExecutableElement method, TypeElement from) {
        TypeMirror seen = types.asMemberOf((DeclaredType) from.asType(), method);
        boolean complete = !from.getModifiers().contains(Modifier.ABSTRACT)
                && !from.getKind().isInterface();
        return ((ExecutableType) seen)
                .getParameterTypes().stream()
                        .<TypeMirror>map(type -> complete ? bounded(type) : type)
                        .toList();
    }

    /** A type variable, or that of a list's elements, by its bound. */
    private TypeMirror bounded(TypeMirror type) {
        if (type.getKind() == TypeKind.TYPEVAR) {
            return types.erasure(type);
        }
        if (type instanceof DeclaredType list
                && list.getTypeArguments().size() == 1
                && list.getTypeArguments().get(0).getKind() == TypeKind.TYPEVAR
                && name((TypeElement) list.asElement()).equals(List.class.getName())) {
            return types.getDeclaredType(
                    (TypeElement) list.asElement(),
                    types.erasure(list.getTypeArguments().get(0)));
        }
        return type;
    }

    /** Superclass and interfaces, without types that do not exist, or not yet. */
    public Stream<TypeElement> parents(TypeElement type) {
        return parentTypes(type)
                .filter(parent -> parent.getKind() == TypeKind.DECLARED)
                .map(parent -> (TypeElement) ((DeclaredType) parent).asElement());
    }

    /** Whether a class was generated around one that has the handlers; it is left out at start, too. */
    public boolean isProxyOfConcrete(TypeElement type) {
        return Proxies.isGeneratedName(name(type))
                && type.getSuperclass() instanceof DeclaredType superclass
                && !isOfJdk((TypeElement) superclass.asElement())
                && !superclass.asElement().getModifiers().contains(Modifier.ABSTRACT);
    }

    /** The names of a type and of all that it extends or implements. */
    public Set<String> ancestors(TypeMirror type) {
        Set<String> names = new HashSet<>();
        if (type.getKind() == TypeKind.DECLARED) {
            names.add(erasedName(type));
            types.directSupertypes(type).forEach(parent -> names.addAll(ancestors(parent)));
        }
        return names;
    }

    /** The names of the annotations on a method of a class, on the class and what that inherits from, and on these. */
    public Set<String> annotations(ExecutableElement method, TypeElement type) {
        Set<String> names = new HashSet<>();
        collect(method, names);
        collectInherited(type, names);
        return names;
    }

    private void collectInherited(TypeElement type, Set<String> names) {
        collect(type, names);
        parents(type).forEach(parent -> collectInherited(parent, names));
    }

    private static void collect(Element element, Set<String> names) {
        for (AnnotationMirror annotation : element.getAnnotationMirrors()) {
            TypeElement type = (TypeElement) annotation.getAnnotationType().asElement();
            if (names.add(type.getQualifiedName().toString())) {
                collect(type, names);
            }
        }
    }

    /** Whether a type extends or implements a class. */
    public boolean isBelow(TypeMirror type, Class<?> ancestor) {
        TypeElement element = elements.getTypeElement(ancestor.getName());
        return element != null && types.isSubtype(types.erasure(type), types.erasure(element.asType()));
    }

    /** Whether everything that a type inherits from is there. */
    public boolean isResolved(TypeElement type) {
        return parentTypes(type).noneMatch(parent -> parent.getKind() == TypeKind.ERROR)
                && parents(type).filter(parent -> !isOfJdk(parent)).allMatch(this::isResolved);
    }

    public boolean isOfJdk(TypeElement type) {
        return type.getQualifiedName().toString().startsWith("java.");
    }

    /** Whether code in the package can name a type. */
    public boolean isVisible(TypeElement type, PackageElement from) {
        for (@Nullable Element each = type; each instanceof TypeElement; each = each.getEnclosingElement()) {
            if (!isAccessible(each, from)) {
                return false;
            }
        }
        return true;
    }

    /** Whether code in the package may use an element; that it is no subclass is assumed. */
    public boolean isAccessible(Element element, PackageElement from) {
        return element.getModifiers().contains(Modifier.PUBLIC)
                || !element.getModifiers().contains(Modifier.PRIVATE)
                        && elements.getPackageOf(element).equals(from);
    }

    private static Stream<TypeMirror> parentTypes(TypeElement type) {
        return Stream.concat(Stream.of(type.getSuperclass()), List.copyOf(type.getInterfaces()).stream());
    }
}
