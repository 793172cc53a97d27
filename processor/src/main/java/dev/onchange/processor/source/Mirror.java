package dev.onchange.processor.source;

import dev.onchange.Retry;
import java.lang.annotation.Annotation;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.AnnotationValueVisitor;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import javax.lang.model.util.SimpleAnnotationValueVisitor14;
import org.jspecify.annotations.Nullable;

/**
 * An annotation in the source, and its attributes with their defaults. These come from the loaded annotation: javac 17
 * was seen to hand out defaults that it had not finished reading, whose every method failed.
 */
public final class Mirror {

    /** What javac puts in the place of a value that it could not understand, and reports itself. */
    private static final String ERROR = "<error>";

    private static final AnnotationValueVisitor<Boolean, @Nullable Void> ERRONEOUS = new Erroneous();

    private final AnnotationMirror annotation;
    private final Class<? extends Annotation> type;
    private final Map<String, AnnotationValue> written;

    public Mirror(AnnotationMirror annotation, Class<? extends Annotation> type) {
        this.annotation = annotation;
        this.type = type;
        this.written = annotation.getElementValues().entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        entry -> entry.getKey().getSimpleName().toString(), Map.Entry::getValue));
    }

    public AnnotationMirror annotation() {
        return annotation;
    }

    public boolean isOf(TypeElement type) {
        return annotation.getAnnotationType().asElement().equals(type);
    }

    public String simpleName() {
        return annotation.getAnnotationType().asElement().getSimpleName().toString();
    }

    /** The type of an attribute; null if there is no such attribute. */
    public @Nullable TypeMirror typeOf(String attribute) {
        return attribute(attribute).map(ExecutableElement::getReturnType).orElse(null);
    }

    /** The value of an attribute of an annotation of the user's; null if there is no such attribute. */
    @Nullable
    public AnnotationValue writtenOrDefault(String attribute) {
        AnnotationValue value = written.get(attribute);
        return value != null
                ? value
                : attribute(attribute).map(ExecutableElement::getDefaultValue).orElse(null);
    }

    /** Whether the compiler has errors of its own about a value. */
    public boolean isErroneous() {
        return written.values().stream().anyMatch(value -> value.accept(ERRONEOUS, null));
    }

    /**
     * Where a value stands in the source.
     *
     * @param attribute with a dot, an attribute of an attribute
     * @return null where nothing is written and the default holds
     */
    @Nullable
    public AnnotationValue written(String attribute) {
        int dot = attribute.indexOf('.');
        String first = dot < 0 ? attribute : attribute.substring(0, dot);
        AnnotationValue value = written.get(first);
        if (value == null || dot < 0) {
            return value;
        }
        AnnotationValue inner =
                new Mirror((AnnotationMirror) value.getValue(), Retry.class).written(attribute.substring(dot + 1));
        return inner == null ? value : inner;
    }

    public String text(String attribute) {
        return value(attribute, String.class);
    }

    public List<String> texts(String attribute) {
        AnnotationValue value = written.get(attribute);
        return value == null
                ? List.of(defaultOf(attribute, String[].class))
                : elements(attribute).stream()
                        .map(element -> element.getValue().toString())
                        .toList();
    }

    /** The names of the classes that an attribute holds. */
    public List<String> types(String attribute) {
        return written.containsKey(attribute)
                ? elements(attribute).stream()
                        .map(element -> element.getValue().toString())
                        .toList()
                : Arrays.stream(defaultOf(attribute, Object[].class))
                        .map(type -> ((Class<?>) type).getTypeName())
                        .toList();
    }

    public <V> V value(String attribute, Class<V> type) {
        AnnotationValue value = written.get(attribute);
        return value == null ? defaultOf(attribute, type) : type.cast(value.getValue());
    }

    <E extends Enum<E>> E constant(String attribute, Class<E> type) {
        AnnotationValue value = written.get(attribute);
        return value == null
                ? defaultOf(attribute, type)
                : Enum.valueOf(
                        type,
                        ((VariableElement) value.getValue()).getSimpleName().toString());
    }

    /** An attribute that is an annotation; empty where the default holds. */
    public Optional<Mirror> nested(String attribute, Class<? extends Annotation> type) {
        return Optional.ofNullable(written.get(attribute))
                .map(value -> new Mirror((AnnotationMirror) value.getValue(), type));
    }

    /** The elements of an attribute that is an array, as far as they are written. */
    public List<AnnotationValue> elements(String attribute) {
        AnnotationValue value = written.get(attribute);
        return value == null
                ? List.of()
                : ((List<?>) value.getValue())
                        .stream().map(AnnotationValue.class::cast).toList();
    }

    private Optional<ExecutableElement> attribute(String name) {
        return ElementFilter.methodsIn(
                        annotation.getAnnotationType().asElement().getEnclosedElements())
                .stream()
                .filter(each -> each.getSimpleName().contentEquals(name))
                .findFirst();
    }

    private <V> V defaultOf(String attribute, Class<V> wanted) {
        try {
            return wanted.cast(type.getMethod(attribute).getDefaultValue());
        } catch (NoSuchMethodException e) {
            throw new LinkageError(type.getName() + " has no " + attribute + "()", e);
        }
    }

    private static final class Erroneous extends SimpleAnnotationValueVisitor14<Boolean, @Nullable Void> {

        private Erroneous() {
            super(false);
        }

        @Override
        public Boolean visitString(String text, @Nullable Void nothing) {
            return text.equals(ERROR);
        }

        @Override
        public Boolean visitArray(List<? extends AnnotationValue> elements, @Nullable Void nothing) {
            return elements.stream().anyMatch(element -> element.accept(this, null));
        }

        @Override
        public Boolean visitAnnotation(AnnotationMirror nested, @Nullable Void nothing) {
            return nested.getElementValues().values().stream().anyMatch(value -> value.accept(this, null));
        }
    }
}
