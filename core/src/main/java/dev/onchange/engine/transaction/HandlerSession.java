package dev.onchange.engine.transaction;

import com.mongodb.reactivestreams.client.ClientSession;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * A session as a handler sees it, of no use when the call is over: what the handler did not wait for would become part of
 * the next change's transaction. A proxy, as the driver's interface has grown with each of its versions.
 */
final class HandlerSession implements InvocationHandler {

    private final ClientSession session;
    private volatile boolean over;

    HandlerSession(ClientSession session) {
        this.session = session;
    }

    ClientSession proxy() {
        return (ClientSession) Proxy.newProxyInstance(
                ClientSession.class.getClassLoader(), new Class<?>[] {ClientSession.class}, this);
    }

    void end() {
        over = true;
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        if (over && method.getDeclaringClass() != Object.class) {
            throw new IllegalStateException(
                    "The transaction of this change is over. The handler has to wait for what it does"
                            + " in its session, or to return a Publisher that does.");
        }
        try {
            return method.invoke(session, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }
}
