package dev.onchange.engine;

import com.mongodb.reactivestreams.client.MongoClient;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Stands for a client that is opened when something is asked of it: the driver begins to connect as soon as a client is made,
 * and a plan needs one only for handlers whose constructors use theirs.
 */
final class UnopenedClient implements InvocationHandler {

    private final Supplier<MongoClient> opening;
    private @Nullable MongoClient opened;
    private boolean closed;

    private UnopenedClient(Supplier<MongoClient> opening) {
        this.opening = opening;
    }

    static MongoClient of(Supplier<MongoClient> opening) {
        return (MongoClient) Proxy.newProxyInstance(
                MongoClient.class.getClassLoader(), new Class<?>[] {MongoClient.class}, new UnopenedClient(opening));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        if (method.getDeclaringClass() == Object.class) {
            return method.getName().equals("equals") && arguments != null
                    ? proxy == arguments[0]
                    : method.getName().equals("hashCode")
                            ? System.identityHashCode(proxy)
                            : (Object) "an unopened client";
        }
        MongoClient client = method.getName().equals("close") ? close() : client();
        try {
            return client == null ? null : method.invoke(client, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private synchronized @Nullable MongoClient close() {
        closed = true;
        return opened;
    }

    private synchronized MongoClient client() {
        if (opened == null) {
            if (closed) {
                throw new IllegalStateException("The client was closed with the plan");
            }
            opened = opening.get();
        }
        return opened;
    }
}
