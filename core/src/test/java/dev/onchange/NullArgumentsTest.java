package dev.onchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Array;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Null is told where it is given, not somewhere later. */
class NullArgumentsTest {

    private static final Set<String> WITHOUT_ARGUMENTS = Set.of("start", "plan", "check");

    private static final Map<Class<?>, Object> SAMPLES = Map.of(
            int.class,
            1,
            long.class,
            1L,
            double.class,
            1.0,
            boolean.class,
            true,
            String.class,
            "x",
            Class.class,
            String.class,
            Duration.class,
            Duration.ofSeconds(1),
            Instant.class,
            Instant.EPOCH,
            BsonTimestamp.class,
            new BsonTimestamp(1, 1),
            BsonDocument.class,
            new BsonDocument());

    static Stream<Arguments> given() {
        return Stream.of(ChangeListenersBuilder.class, HandlerBuilder.class, BatchHandlerBuilder.class)
                .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
                .filter(method -> (method.getModifiers() & java.lang.reflect.Modifier.PUBLIC) != 0)
                .filter(method -> !method.isSynthetic() && !WITHOUT_ARGUMENTS.contains(method.getName()))
                .flatMap(method -> IntStream.range(0, method.getParameterCount())
                        .filter(index -> mustBeThere(method.getParameters()[index]))
                        .mapToObj(index -> Arguments.of(method, index)));
    }

    @ParameterizedTest
    @MethodSource("given")
    void null_is_told_where_it_is_given(Method method, int index) throws ReflectiveOperationException {
        Object[] arguments = Arrays.stream(method.getParameterTypes())
                .map(NullArgumentsTest::sample)
                .toArray();
        arguments[index] = null;

        Throwable refusal = null;
        try {
            method.invoke(of(method.getDeclaringClass()), arguments);
        } catch (InvocationTargetException e) {
            refusal = e.getCause();
        }

        assertThat(refusal).isInstanceOf(NullPointerException.class);
        assertThat(refusal.getMessage()).isIn(method.getName(), method.getParameters()[index].getName());
    }

    /** Arrays are of variable arguments; none of their elements may be null either. */
    private static boolean mustBeThere(Parameter parameter) {
        Class<?> type = parameter.getType();
        return !type.isPrimitive()
                && !type.isArray()
                && !parameter.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    private static Object of(Class<?> type) {
        ChangeListenersBuilder builder = ChangeListeners.builder("mongodb://localhost:1/shop");
        if (type == ChangeListenersBuilder.class) {
            return builder;
        }
        return type == HandlerBuilder.class
                ? builder.on("inventory")
                : builder.on("inventory").batch(1, Duration.ZERO);
    }

    private static @Nullable Object sample(Class<?> type) {
        if (type.isArray()) {
            return Array.newInstance(type.getComponentType(), 0);
        }
        if (type.isInterface()) {
            return Proxy.newProxyInstance(
                    type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> null);
        }
        return SAMPLES.get(type);
    }
}
