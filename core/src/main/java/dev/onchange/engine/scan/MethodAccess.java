package dev.onchange.engine.scan;

import dev.onchange.engine.message.Message;
import dev.onchange.problem.Problem;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether and how a method can be called.
 *
 * @param method made accessible unless there is a problem
 * @param problem why it cannot be called; null if it can
 */
record MethodAccess(Method method, @Nullable Problem problem) {

    /** Seeks access to a method of a class or of its proxy. */
    static MethodAccess to(Method method, HandlerSource source) {
        String where = source.where(method);
        if (Modifier.isPrivate(method.getModifiers())) {
            return new MethodAccess(method, Message.PRIVATE_METHOD.at(where));
        }
        if (Modifier.isStatic(method.getModifiers())) {
            return new MethodAccess(method, Message.STATIC_METHOD.at(where));
        }
        Object instance = source.instance();
        return instance == null ? open(method, where) : onInstance(method, source, instance);
    }

    private static MethodAccess onInstance(Method method, HandlerSource source, Object instance) {
        String where = source.where(method);
        Class<?> proxy = Proxies.proxyClass(source.type(), instance);
        if (proxy != null && Modifier.isFinal(method.getModifiers())) {
            return new MethodAccess(method, Message.FINAL_BEHIND_PROXY.at(where, proxy.getName()));
        }
        if (proxy != null && !Proxies.passesOn(proxy, method)) {
            return new MethodAccess(method, Message.HIDDEN_FROM_PROXY.at(where, proxy.getName()));
        }
        Optional<Method> callable = Proxies.callable(method, instance);
        if (callable.isEmpty()) {
            return new MethodAccess(
                    method, Message.NOT_ON_PROXY.at(where, instance.getClass().getName()));
        }
        return open(callable.get(), where);
    }

    private static MethodAccess open(Method method, String where) {
        if (method.trySetAccessible()) {
            return new MethodAccess(method, null);
        }
        Class<?> declaring = method.getDeclaringClass();
        return new MethodAccess(
                method, Message.CLOSED_MODULE.at(where, declaring.getModule().getName(), declaring.getPackageName()));
    }
}
