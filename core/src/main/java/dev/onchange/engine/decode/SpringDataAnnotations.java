package dev.onchange.engine.decode;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** Tells, by name, classes that were written to be mapped by Spring Data. */
final class SpringDataAnnotations {

    private static final String PACKAGE = "org.springframework.data.";

    private SpringDataAnnotations() {}

    /** One of those that a class or a member of it carries, as it stands in the source. */
    static Optional<String> on(Class<?> type) {
        return Stream.<Class<?>>iterate(type, each -> each != null && each != Object.class, Class::getSuperclass)
                .flatMap(SpringDataAnnotations::elements)
                .flatMap(element -> Arrays.stream(element.getDeclaredAnnotations()))
                .map(Annotation::annotationType)
                .filter(annotation -> annotation.getName().startsWith(PACKAGE))
                .map(annotation -> "@" + annotation.getSimpleName())
                .findFirst();
    }

    private static Stream<AnnotatedElement> elements(Class<?> type) {
        return Stream.of(
                        Stream.of(type),
                        Arrays.stream(type.getDeclaredFields()),
                        Arrays.stream(type.getDeclaredMethods()),
                        Arrays.stream(type.getDeclaredConstructors()),
                        Arrays.stream(type.getDeclaredConstructors())
                                .flatMap(constructor -> Arrays.stream(constructor.getParameters())))
                .flatMap(elements -> elements.map(AnnotatedElement.class::cast));
    }
}
