package dev.onchange.processor.source;

import java.lang.annotation.Annotation;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.TypeMirror;
import org.jspecify.annotations.Nullable;

/**
 * One {@code @OnChange}, perhaps reached through composed annotations, whose attributes of the same name and type
 * stand in for its own, their defaults included; the one nearest to the method decides.
 *
 * @param annotation the {@code @OnChange}
 * @param composed the annotations that lead to it, the one on the method first; none if it stands there itself
 */
public record Declared(Mirror annotation, List<Mirror> composed) {

    public Declared {
        composed = List.copyOf(composed);
    }

    /** Whether the compiler has errors of its own about a value. */
    public boolean isErroneous() {
        return all().anyMatch(Mirror::isErroneous);
    }

    /** The annotation that stands on the method. */
    public Mirror onMethod() {
        return composed.isEmpty() ? annotation : composed.get(0);
    }

    /** Where a value stands on the method; null where nothing is written there. */
    @Nullable
    public AnnotationValue written(String attribute) {
        return onMethod().written(attribute);
    }

    /** Where an element of an array stands on the method; the array if it is not written element by element. */
    @Nullable
    public AnnotationValue element(String attribute, int index) {
        AnnotationValue written = written(attribute);
        return written != null && written.getValue() instanceof List<?> elements
                ? (AnnotationValue) elements.get(index)
                : written;
    }

    public String text(String attribute) {
        return override(attribute, value -> as(String.class, value)).orElseGet(() -> annotation.text(attribute));
    }

    public List<String> texts(String attribute) {
        return override(attribute, Declared::allTexts).orElseGet(() -> annotation.texts(attribute));
    }

    public <V> V value(String attribute, Class<V> type) {
        return override(attribute, value -> as(type, value)).orElseGet(() -> annotation.value(attribute, type));
    }

    <E extends Enum<E>> E constant(String attribute, Class<E> type) {
        return override(attribute, value -> constant(type, value))
                .orElseGet(() -> annotation.constant(attribute, type));
    }

    /** An attribute that is a class; null where the default holds. */
    public @Nullable TypeMirror classValue(String attribute) {
        return override(attribute, value -> as(TypeMirror.class, value))
                .or(() -> Stream.ofNullable(annotation.written(attribute))
                        .flatMap(value -> as(TypeMirror.class, value).stream())
                        .findFirst())
                .orElse(null);
    }

    /** An attribute that is an annotation; empty where the default holds. */
    public Optional<Mirror> nested(String attribute, Class<? extends Annotation> type) {
        return override(attribute, value -> as(AnnotationMirror.class, value))
                .map(mirror -> new Mirror(mirror, type))
                .or(() -> annotation.nested(attribute, type));
    }

    private Stream<Mirror> all() {
        return Stream.concat(Stream.of(annotation), composed.stream());
    }

    private <V> Optional<V> override(String attribute, Function<AnnotationValue, Optional<V>> conversion) {
        return composed.stream()
                .flatMap(mirror -> Stream.ofNullable(mirror.writtenOrDefault(attribute)))
                .flatMap(value -> conversion.apply(value).stream())
                .findFirst();
    }

    private static <V> Optional<V> as(Class<V> type, AnnotationValue value) {
        return type.isInstance(value.getValue()) ? Optional.of(type.cast(value.getValue())) : Optional.empty();
    }

    private static Optional<List<String>> allTexts(AnnotationValue value) {
        if (value.getValue() instanceof String text) {
            return Optional.of(List.of(text));
        }
        return value.getValue() instanceof List<?> values
                        && values.stream().allMatch(each -> ((AnnotationValue) each).getValue() instanceof String)
                ? Optional.of(values.stream()
                        .map(each -> ((AnnotationValue) each).getValue().toString())
                        .toList())
                : Optional.empty();
    }

    private static <E extends Enum<E>> Optional<E> constant(Class<E> type, AnnotationValue value) {
        return value.getValue() instanceof VariableElement constant
                        && constant.asType().toString().equals(type.getName())
                ? Optional.of(Enum.valueOf(type, constant.getSimpleName().toString()))
                : Optional.empty();
    }
}
