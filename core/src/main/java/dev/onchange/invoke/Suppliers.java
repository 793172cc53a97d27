package dev.onchange.invoke;

import dev.onchange.OnChangeException;
import dev.onchange.inject.Instances;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import dev.onchange.scan.HandlerTarget.OfMethod;
import jakarta.inject.Provider;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The objects to call: handed over by the user, or supplied by the container, which is asked once per class. */
final class Suppliers {

    private final Instances instances;
    private final Map<Class<?>, Provider<?>> providers = new ConcurrentHashMap<>();

    Suppliers(Instances instances) {
        this.instances = instances;
    }

    /**
     * Null if the method needs no object.
     *
     * @throws OnChangeException if none can be supplied
     */
    @Nullable
    Provider<?> of(OfMethod target) {
        Object instance = target.instance();
        if (instance != null) {
            return () -> instance;
        }
        if (Modifier.isStatic(target.method().getModifiers())) {
            return null;
        }
        return tried(target);
    }

    // A container that cannot build the object says so now, not at the first change.
    private Provider<?> tried(OfMethod target) {
        Object supplied;
        Provider<?> provider;
        try {
            provider = providers.computeIfAbsent(target.type(), instances::providerOf);
            supplied = provider.get();
        } catch (RuntimeException | LinkageError e) {
            throw refused(target, "no object of the class can be had: " + reason(e), e);
        }
        Class<?> declaring = target.method().getDeclaringClass();
        if (!declaring.isInstance(supplied)) {
            String got = supplied == null ? "null" : "a " + supplied.getClass().getName();
            throw refused(target, "the container supplied " + got + ", which has no such method", null);
        }
        return provider;
    }

    private static String reason(Throwable failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getName() : message;
    }

    private static OnChangeException refused(OfMethod target, String what, @Nullable Throwable cause) {
        return new OnChangeException(
                List.of(new Problem(
                        ProblemCode.HANDLER_NOT_INVOCABLE,
                        target.where(),
                        what + ".",
                        "Hand the object over with handlers(…), or let the container supply a "
                                + target.type().getName() + " itself, not only an interface of it.")),
                cause);
    }
}
