package dev.onchange.invoke;

import static java.lang.invoke.MethodType.methodType;

import com.mongodb.client.model.changestream.ChangeStreamDocument;
import com.mongodb.client.model.changestream.UpdateDescription;
import com.mongodb.reactivestreams.client.ClientSession;
import dev.onchange.Attempt;
import dev.onchange.ChangeEvent;
import dev.onchange.scan.HandlerTarget.OfMethod;
import dev.onchange.scan.Parameter;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Calls a method through one handle that fetches each argument by itself, so that a call costs no reflection.
 *
 * <p>A plain handle and no {@code LambdaMetafactory}: that refuses handler classes of other class loaders
 * ("Invalid caller", seen with plug-ins).
 */
final class MethodCall implements Call {

    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

    private final MethodHandle handle;

    private MethodCall(MethodHandle handle) {
        this.handle = handle;
    }

    /** @throws IllegalAccessException if the method has not been made accessible */
    static MethodCall of(OfMethod target) throws IllegalAccessException {
        MethodHandle method = LOOKUP.unreflect(target.method());
        if (Modifier.isStatic(target.method().getModifiers())) {
            method = MethodHandles.dropArguments(method, 0, Object.class);
        }
        MethodHandle fetching = MethodHandles.filterArguments(method, 1, fetchers(target, method));
        // One Arguments for all parameters: (instance, arguments, arguments, …) becomes (instance, arguments).
        int[] order = new int[fetching.type().parameterCount()];
        Arrays.fill(order, 1, order.length, 1);
        MethodHandle joined = MethodHandles.permuteArguments(
                fetching,
                methodType(fetching.type().returnType(), fetching.type().parameterType(0), Arguments.class),
                order);
        return new MethodCall(joined.asType(methodType(Object.class, Object.class, Arguments.class)));
    }

    @Override
    public @Nullable Object call(@Nullable Object instance, Arguments arguments) throws Throwable {
        return (Object) handle.invokeExact(instance, arguments);
    }

    private static MethodHandle[] fetchers(OfMethod target, MethodHandle method) throws IllegalAccessException {
        List<Parameter> parameters = target.parameters();
        MethodHandle[] fetchers = new MethodHandle[parameters.size()];
        for (int i = 0; i < fetchers.length; i++) {
            Class<?> wanted = method.type().parameterType(i + 1);
            fetchers[i] = fetcher(parameters.get(i).role()).asType(methodType(wanted, Arguments.class));
        }
        return fetchers;
    }

    private static MethodHandle fetcher(Parameter.Role role) throws IllegalAccessException {
        return switch (role) {
            case EVENT -> fetcher("event", ChangeEvent.class);
            case DRIVER_DOCUMENT -> fetcher("driverDocument", ChangeStreamDocument.class);
            case PAYLOAD -> fetcher("payload", Object.class);
            case UPDATE_DESCRIPTION -> fetcher("updateDescription", UpdateDescription.class);
            case SESSION -> fetcher("session", ClientSession.class);
            case ATTEMPT -> fetcher("attempt", Attempt.class);
        };
    }

    private static MethodHandle fetcher(String name, Class<?> type) throws IllegalAccessException {
        try {
            return LOOKUP.findVirtual(Arguments.class, name, methodType(type));
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("Arguments has no " + name + "()", e);
        }
    }
}
