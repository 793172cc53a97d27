package dev.onchange.engine.invoke;

import dev.onchange.engine.scan.rule.ReturnTypes;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Subscribes to what Mutiny has for one value to come. By reflection: each plug-in may bring a Mutiny of its own. */
final class Unis {

    private volatile @Nullable Type last;

    /** Whether objects of the class are such values. */
    boolean areOf(Class<?> type) {
        return of(type).isPresent();
    }

    /** Begins the work, and tells when it ends; cancelling the future cancels the work. */
    CompletionStage<?> subscribed(Object uni) {
        try {
            return (CompletionStage<?>) of(uni.getClass()).orElseThrow().invoke(uni);
        } catch (InvocationTargetException e) {
            return CompletableFuture.failedFuture(e.getCause());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("Mutiny does not export its Uni", e);
        }
    }

    /** A handler returns the same class mostly. */
    private Optional<Method> of(Class<?> type) {
        Type present = last;
        if (present == null || present.type() != type) {
            present = new Type(type, Unis.asStage(type));
            last = present;
        }
        return present.asStage();
    }

    private static Optional<Method> asStage(Class<?> type) {
        return ReturnTypes.ancestors(type)
                .filter(ancestor -> ancestor.getName().equals(ReturnTypes.UNI))
                .findFirst()
                .map(uni -> {
                    try {
                        return uni.getMethod("subscribeAsCompletionStage");
                    } catch (NoSuchMethodException e) {
                        throw new IllegalStateException("Another Mutiny than of version 1 or later", e);
                    }
                });
    }

    private record Type(Class<?> type, Optional<Method> asStage) {}
}
