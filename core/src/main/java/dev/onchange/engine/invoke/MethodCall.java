package dev.onchange.engine.invoke;

import static java.lang.invoke.MethodType.methodType;

import com.mongodb.MongoNamespace;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import com.mongodb.client.model.changestream.OperationType;
import com.mongodb.client.model.changestream.UpdateDescription;
import com.mongodb.reactivestreams.client.ClientSession;
import dev.onchange.Attempt;
import dev.onchange.ChangeEvent;
import dev.onchange.ResumeToken;
import dev.onchange.engine.scan.KotlinMethods;
import dev.onchange.engine.scan.Parameter;
import dev.onchange.generated.CallArguments;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;

/**
 * Calls a method through one handle that fetches each argument by itself, so that a call costs no reflection.
 *
 * <p>A plain handle and no {@code LambdaMetafactory}: that refuses handler classes of other class loaders
 * ("Invalid caller", seen with plug-ins).
 */
final class MethodCall implements Call {

    private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

    private final Method method;
    private final List<Parameter> parameters;
    private final Map<Shape, MethodHandle> callers;
    private @Nullable MethodHandle handle;

    private MethodCall(Method method, List<Parameter> parameters, Map<Shape, MethodHandle> callers) {
        this.method = method;
        this.parameters = parameters;
        this.callers = callers;
    }

    /**
     * A call of the method. Its handle is made with the first change, as of thousands of handlers many are not called for long;
     * that of the first handler is made at once, and with it what all need.
     *
     * @param method made accessible, not static
     * @param parameters what each of its parameters receives
     * @param callers of methods that take the same, made once: to make one takes longer than all else here
     */
    static Call of(Method method, List<Parameter> parameters, Map<Shape, MethodHandle> callers) {
        if (KotlinMethods.isSuspending(method)) {
            MethodHandle handle = handle(method, parameters, callers);
            Class<?>[] types = method.getParameterTypes();
            return new SuspendingCall(handle, types[types.length - 1]);
        }
        MethodCall call = new MethodCall(method, parameters, callers);
        if (callers.isEmpty()) {
            call.handle = handle(method, parameters, callers);
        }
        return call;
    }

    @Override
    public @Nullable Object call(@Nullable Object instance, CallArguments arguments) throws Throwable {
        // Two threads may make it at a time: a handle is safe to be handed over without more.
        MethodHandle known = handle;
        if (known == null) {
            known = handle(method, parameters, callers);
            handle = known;
        }
        return (Object) known.invokeExact(instance, arguments);
    }

    private static MethodHandle handle(Method method, List<Parameter> parameters, Map<Shape, MethodHandle> callers) {
        MethodHandle plain = unreflected(method);
        return callers.computeIfAbsent(Shape.of(plain.type(), parameters), MethodCall::caller)
                .bindTo(plain);
    }

    /** From a method, its object, the arguments and the rest, where there is one, to what the method returns. */
    private static MethodHandle caller(Shape shape) {
        MethodHandle[] fetchers = new MethodHandle[shape.roles().size()];
        for (int i = 0; i < fetchers.length; i++) {
            Class<?> wanted = shape.type().parameterType(i + 1);
            fetchers[i] = fetcher(shape.roles().get(i)).asType(methodType(wanted, CallArguments.class));
        }
        MethodHandle fetching = MethodHandles.filterArguments(MethodHandles.exactInvoker(shape.type()), 2, fetchers);
        MethodHandle joined = joined(fetching, fetchers.length);
        return joined.asType(joined.type()
                .generic()
                .changeParameterType(0, MethodHandle.class)
                .changeParameterType(2, CallArguments.class));
    }

    /** (method, instance, arguments, arguments, …, rest) becomes (method, instance, arguments, rest), where there is a rest. */
    private static MethodHandle joined(MethodHandle fetching, int fetched) {
        int count = fetching.type().parameterCount();
        int[] order = new int[count];
        order[1] = 1;
        Arrays.fill(order, 2, fetched + 2, 2);
        MethodType type = methodType(
                fetching.type().returnType(),
                MethodHandle.class,
                fetching.type().parameterType(1),
                CallArguments.class);
        if (count > fetched + 2) {
            order[count - 1] = 3;
            type = type.appendParameterTypes(fetching.type().parameterType(count - 1));
        }
        return MethodHandles.permuteArguments(fetching, type, order);
    }

    private static MethodHandle fetcher(Parameter.Role role) {
        return switch (role) {
            case EVENT -> fetcher("event", ChangeEvent.class);
            case DRIVER_DOCUMENT -> fetcher("driverDocument", ChangeStreamDocument.class);
            case PAYLOAD -> fetcher("payload", Object.class);
            case EVENTS -> fetcher("events", List.class);
            case DRIVER_DOCUMENTS -> fetcher("driverDocuments", List.class);
            case PAYLOADS -> fetcher("payloads", List.class);
            case UPDATE_DESCRIPTION -> fetcher("updateDescription", UpdateDescription.class);
            case SESSION -> fetcher("session", ClientSession.class);
            case ATTEMPT -> fetcher("attempt", Attempt.class);
            case OPERATION -> fetcher("operation", OperationType.class);
            case NAMESPACE -> fetcher("namespace", MongoNamespace.class);
            case CLUSTER_TIME -> fetcher("clusterTime", BsonTimestamp.class);
            case RESUME_TOKEN -> fetcher("resumeToken", ResumeToken.class);
        };
    }

    private static MethodHandle fetcher(String name, Class<?> type) {
        try {
            return LOOKUP.findVirtual(CallArguments.class, name, methodType(type));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Arguments has no " + name + "()", e);
        }
    }

    private static MethodHandle unreflected(Method method) {
        try {
            return LOOKUP.unreflect(method);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("The method has not been made accessible: " + method, e);
        }
    }

    /**
     * What methods have in common that are called in one way.
     *
     * @param type of the method, its object included
     * @param roles of its parameters
     */
    record Shape(MethodType type, List<Parameter.Role> roles) {

        static Shape of(MethodType type, List<Parameter> parameters) {
            List<Parameter.Role> roles = new ArrayList<>();
            parameters.forEach(parameter -> roles.add(parameter.role()));
            return new Shape(type, roles);
        }

        // By hand, see D69.
        @Override
        public int hashCode() {
            return Objects.hash(type, roles);
        }
    }
}
