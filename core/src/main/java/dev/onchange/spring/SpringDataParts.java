package dev.onchange.spring;

import dev.onchange.ChangeListenersBuilder;
import dev.onchange.OnChange;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.Stream;
import org.bson.codecs.configuration.CodecProvider;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.MergedAnnotations;
import org.springframework.data.mongodb.ReactiveMongoDatabaseFactory;
import org.springframework.data.mongodb.core.convert.MongoConverter;

/** What the listeners take from Spring Data; loaded only where it is there. */
final class SpringDataParts {

    private SpringDataParts() {}

    /** Lets reactive repositories take part in transactions of handlers; they must have the client of the listeners. */
    static void joinTransactions(BeanFactory beans, ChangeListenersBuilder builder) {
        ReactiveMongoDatabaseFactory databases =
                beans.getBeanProvider(ReactiveMongoDatabaseFactory.class).getIfUnique();
        if (databases != null) {
            builder.interceptor(new SpringTransactions(databases));
        }
    }

    /** Handlers whose transactions repositories and templates do not know, as the listeners have another client. */
    static Stream<Problem> outsideOfTransactions(BeanFactory beans, Class<?>[] handlers) {
        return beans.getBeanProvider(ReactiveMongoDatabaseFactory.class).stream()
                        .findAny()
                        .isEmpty()
                ? Stream.empty()
                : Stream.of(handlers)
                        .flatMap(type ->
                                MethodIntrospector.selectMethods(type, SpringDataParts::isTransactional).stream())
                        .map(SpringDataParts::outside);
    }

    private static boolean isTransactional(Method method) {
        return MergedAnnotations.from(method).stream(OnChange.class)
                .anyMatch(declared -> declared.getBoolean("transactional"));
    }

    private static Problem outside(Method method) {
        return new Problem(
                ProblemCode.OUTSIDE_OF_TRANSACTION,
                method.getDeclaringClass().getName() + "#" + method.getName(),
                "It is transactional, and the listeners have a client of their own: what reactive repositories and templates"
                        + " write for it is not in its transaction, and stays when the change is tried again.",
                "Set onchange.client=shared, or write through the ClientSession that the handler is given.");
    }

    /** Those that read by a converter; by the only or primary one where none is named. Null if there is no such bean. */
    static @Nullable CodecProvider codecs(ListableBeanFactory beans, String converter) {
        MongoConverter found = converter.isEmpty()
                ? beans.getBeanProvider(MongoConverter.class).getIfUnique()
                : converters(beans).contains(converter) ? beans.getBean(converter, MongoConverter.class) : null;
        return found == null ? null : new SpringDataCodecs(found);
    }

    /** The names of the context's converters, and of those of the contexts above it. */
    static List<String> converters(ListableBeanFactory beans) {
        return List.of(BeanFactoryUtils.beanNamesForTypeIncludingAncestors(beans, MongoConverter.class));
    }

    /** Lets the context's converter read payloads; without one the driver's codecs do. */
    static void readBy(BeanFactory beans, ChangeListenersBuilder builder) {
        MongoConverter converter = beans.getBeanProvider(MongoConverter.class).getIfUnique();
        if (converter != null) {
            builder.payloadCodecs(new SpringDataCodecs(converter));
        }
    }
}
