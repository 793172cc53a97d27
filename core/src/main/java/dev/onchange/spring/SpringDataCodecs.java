package dev.onchange.spring;

import java.lang.reflect.AnnotatedElement;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Stream;
import org.bson.Document;
import org.bson.codecs.Codec;
import org.bson.codecs.configuration.CodecProvider;
import org.bson.codecs.configuration.CodecRegistry;
import org.bson.codecs.pojo.annotations.BsonId;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;
import org.springframework.data.mongodb.core.convert.MongoConverter;

/**
 * Reads payloads as Spring Data's templates and repositories read documents: with {@code @Id}, {@code @Field}, type hints
 * and converters. For {@link dev.onchange.ChangeListenersBuilder#payloadCodecs}, which Spring Boot's auto-configuration
 * calls where the context has a converter. Left to the driver's codecs are documents, maps, what the converter holds to
 * be a simple value, and classes with annotations of {@code org.bson.codecs.pojo.annotations}. Callbacks and events of
 * templates are not called. Safe for use by several threads.
 */
@SuppressWarnings("exports") // the framework is required where it is used
public final class SpringDataCodecs implements CodecProvider {

    private static final String DRIVERS_ANNOTATIONS = BsonId.class.getPackageName() + ".";

    private final MongoConverter converter;

    public SpringDataCodecs(MongoConverter converter) {
        this.converter = converter;
    }

    @Override
    @SuppressWarnings("NullAway") // the driver asks the next provider where it is given null
    public <T> @Nullable Codec<T> get(Class<T> type, CodecRegistry registry) {
        return isMapped(type) ? new SpringDataCodec<>(type, converter, registry.get(Document.class)) : null;
    }

    private boolean isMapped(Class<?> type) {
        if (type.isPrimitive() || type.isArray() || type.isEnum() || type.isAnnotation() || isOfDocuments(type)) {
            return false;
        }
        return converter.getCustomConversions().hasCustomReadTarget(Document.class, type)
                || !converter.getCustomConversions().isSimpleType(type) && !hasDriversAnnotations(type);
    }

    private static boolean isOfDocuments(Class<?> type) {
        return Map.class.isAssignableFrom(type)
                || Collection.class.isAssignableFrom(type)
                || Bson.class.isAssignableFrom(type)
                || type.getName().startsWith("org.bson.")
                || type.getName().startsWith("java.");
    }

    private static boolean hasDriversAnnotations(Class<?> type) {
        return Stream.of(
                        Stream.of(type),
                        Arrays.stream(type.getDeclaredFields()),
                        Arrays.stream(type.getDeclaredMethods()),
                        Arrays.stream(type.getDeclaredConstructors()))
                .flatMap(elements -> elements.map(AnnotatedElement.class::cast))
                .flatMap(element -> Arrays.stream(element.getDeclaredAnnotations()))
                .anyMatch(annotation -> annotation.annotationType().getName().startsWith(DRIVERS_ANNOTATIONS));
    }
}
