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
import java.util.Arrays;
import java.util.List;
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

    private final MethodHandle handle;

    private MethodCall(MethodHandle handle) {
        this.handle = handle;
    }

    /**
     * A call of the method.
     *
     * @param method made accessible, not static
     * @param parameters what each of its parameters receives
     */
    static Call of(Method method, List<Parameter> parameters) {
        MethodHandle plain = unreflected(method);
        MethodHandle[] fetchers = new MethodHandle[parameters.size()];
        for (int i = 0; i < fetchers.length; i++) {
            Class<?> wanted = plain.type().parameterType(i + 1);
            fetchers[i] = fetcher(parameters.get(i).role()).asType(methodType(wanted, CallArguments.class));
        }
        MethodHandle fetching = MethodHandles.filterArguments(plain, 1, fetchers);
        if (KotlinMethods.isSuspending(method)) {
            return new SuspendingCall(
                    joined(fetching, fetchers.length)
                            .asType(methodType(Object.class, Object.class, CallArguments.class, Object.class)),
                    plain.type().parameterType(fetchers.length + 1));
        }
        return new MethodCall(
                joined(fetching, fetchers.length).asType(methodType(Object.class, Object.class, CallArguments.class)));
    }

    @Override
    public @Nullable Object call(@Nullable Object instance, CallArguments arguments) throws Throwable {
        return (Object) handle.invokeExact(instance, arguments);
    }

    /** (instance, arguments, arguments, …, rest) becomes (instance, arguments, rest), where there is a rest. */
    private static MethodHandle joined(MethodHandle fetching, int fetched) {
        int count = fetching.type().parameterCount();
        int[] order = new int[count];
        Arrays.fill(order, 1, fetched + 1, 1);
        MethodType type =
                methodType(fetching.type().returnType(), fetching.type().parameterType(0), CallArguments.class);
        if (count > fetched + 1) {
            order[count - 1] = 2;
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
}
