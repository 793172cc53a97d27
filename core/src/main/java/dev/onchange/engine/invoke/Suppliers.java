package dev.onchange.engine.invoke;

import dev.onchange.OnChangeException;
import dev.onchange.engine.message.Message;
import dev.onchange.engine.scan.HandlerTarget.OfMethod;
import dev.onchange.engine.scan.Proxies;
import dev.onchange.inject.Instances;
import jakarta.inject.Provider;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Supplies the objects to call: given by the user, or taken from the container. */
final class Suppliers {

    private final Instances instances;
    private final Map<Class<?>, Provider<?>> providers = new ConcurrentHashMap<>();

    Suppliers(Instances instances) {
        this.instances = instances;
    }

    /** Whether the object of a handler is taken from the container when its first change arrives. */
    boolean isLazy(OfMethod target) {
        return target.instance() == null && instances.isLazy(target.type());
    }

    /**
     * The object of a handler and the method to call on it. The container gives one provider per class, which is tried once
     * per handler: so an object that it cannot build is known at start and not at the first change.
     *
     * @throws OnChangeException if none can be supplied, or it cannot be called
     */
    Supplied of(OfMethod target) {
        Object instance = target.instance();
        if (instance != null) {
            return supplied(() -> instance, instance, target, target.method());
        }
        try {
            Provider<?> provider = providers.computeIfAbsent(target.type(), instances::providerOf);
            Object object = provider.get();
            return supplied(provider, object, target, callable(target, object));
        } catch (OnChangeException e) {
            throw e;
        } catch (RuntimeException | LinkageError e) {
            throw new OnChangeException(List.of(Message.NOT_SUPPLIED.at(target.where(), e.toString())), e);
        }
    }

    private static Supplied supplied(Provider<?> provider, Object object, OfMethod target, Method method) {
        return new Supplied(provider, method, target.type().isInstance(object));
    }

    // A container may supply a proxy in place of the class.
    private static Method callable(OfMethod target, Object supplied) {
        if (supplied == null) {
            throw refused(Message.NOT_SUPPLIED, target, "the container supplied null");
        }
        Class<?> proxy = Proxies.proxyClass(target.type(), supplied);
        if (proxy != null && Modifier.isFinal(target.method().getModifiers())) {
            throw refused(Message.FINAL_BEHIND_PROXY, target, proxy.getName());
        }
        if (proxy != null && !Proxies.passesOn(proxy, target.method())) {
            throw refused(Message.HIDDEN_FROM_PROXY, target, proxy.getName());
        }
        Method method = Proxies.callable(target.method(), supplied)
                .orElseThrow(() -> refused(
                        Message.NOT_ON_PROXY, target, supplied.getClass().getName()));
        if (!method.trySetAccessible()) {
            Class<?> declaring = method.getDeclaringClass();
            throw refused(Message.CLOSED_MODULE, target, declaring.getModule().getName(), declaring.getPackageName());
        }
        return method;
    }

    private static OnChangeException refused(Message message, OfMethod target, Object... arguments) {
        return new OnChangeException(List.of(message.at(target.where(), arguments)));
    }

    /**
     * The object and the method to call.
     *
     * @param provider of the object, called for each change
     * @param method of the object, made accessible
     * @param isOfClass whether the object is an instance of the handler's class
     */
    record Supplied(Provider<?> provider, Method method, boolean isOfClass) {}
}
