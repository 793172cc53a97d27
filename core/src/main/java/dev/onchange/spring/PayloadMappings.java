package dev.onchange.spring;

import dev.onchange.HandlerDescriptor;
import dev.onchange.OnChangeException;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.lang.reflect.Method;
import java.util.List;
import org.bson.codecs.Codec;
import org.bson.codecs.configuration.CodecProvider;
import org.bson.codecs.configuration.CodecRegistry;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.core.annotation.MergedAnnotations.SearchStrategy;

/** The codecs of handlers with {@link PayloadMapping}. */
final class PayloadMappings {

    private static final CodecProvider DRIVER = new LeavesAllToTheDriver();

    private final ListableBeanFactory beans;
    private final boolean springData;

    /** @param springData whether Spring Data is there */
    PayloadMappings(ListableBeanFactory beans, boolean springData) {
        this.beans = beans;
        this.springData = springData;
    }

    /** Null if the handler has no such annotation. */
    @Nullable
    CodecProvider of(HandlerDescriptor handler) {
        Method method = handler.method();
        if (method == null) {
            return null;
        }
        MergedAnnotation<PayloadMapping> onMethod = on(MergedAnnotations.from(method, SearchStrategy.TYPE_HIERARCHY));
        MergedAnnotation<PayloadMapping> mapping = onMethod.isPresent()
                ? onMethod
                : on(MergedAnnotations.from(method.getDeclaringClass(), SearchStrategy.TYPE_HIERARCHY));
        return mapping.isPresent() ? codecs(mapping.synthesize(), method) : null;
    }

    private static MergedAnnotation<PayloadMapping> on(MergedAnnotations annotations) {
        return annotations.get(PayloadMapping.class);
    }

    private CodecProvider codecs(PayloadMapping mapping, Method method) {
        if (mapping.value() == OnChangeProperties.Payloads.DRIVER) {
            if (!mapping.converter().isEmpty()) {
                throw refused(
                        method,
                        "It names a converter, and leaves the documents to the driver.",
                        "Remove one of the two.");
            }
            return DRIVER;
        }
        if (!springData) {
            throw refused(
                    method,
                    "Spring Data MongoDB is not on the class path.",
                    "Add spring-boot-starter-data-mongodb-reactive, or remove the annotation.");
        }
        CodecProvider codecs = SpringDataParts.codecs(beans, mapping.converter());
        if (codecs == null) {
            List<String> names = SpringDataParts.converters(beans);
            throw refused(
                    method,
                    mapping.converter().isEmpty()
                            ? "The application context has no MongoConverter that is the only or the primary one."
                            : "The application context has no MongoConverter \"" + mapping.converter() + "\".",
                    names.isEmpty()
                            ? "Declare one as a bean, as spring-boot-starter-data-mongodb-reactive does."
                            : "Name one of these by converter: " + String.join(", ", names) + ".");
        }
        return codecs;
    }

    private static OnChangeException refused(Method method, String what, String todo) {
        return new OnChangeException(List.of(new Problem(
                ProblemCode.UNDECODABLE_PAYLOAD,
                method.getDeclaringClass().getName() + "#" + method.getName() + " @PayloadMapping",
                what,
                todo)));
    }

    private static final class LeavesAllToTheDriver implements CodecProvider {

        @Override
        @SuppressWarnings("NullAway") // the driver asks the next provider where it is given null
        public <T> @Nullable Codec<T> get(Class<T> type, CodecRegistry registry) {
            return null;
        }
    }
}
