package dev.onchange.engine.invoke;

import static java.lang.invoke.MethodType.methodType;

import dev.onchange.generated.CallArguments;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Calls a {@code suspend fun} of Kotlin: it begins on the handler's thread, and what it returns completes when the function
 * does. Where kotlinx-coroutines is there, cancelling cancels the function. By reflection: each plug-in may bring a Kotlin
 * of its own.
 */
final class SuspendingCall implements Call {

    private static final MethodHandles.Lookup LOOKUP = MethodHandles.publicLookup();

    private final MethodHandle handle;
    private final Class<?> continuation;
    private final Object suspended;
    private final Object emptyContext;
    private final Optional<MethodHandle> newJob;

    /** @param handle from the object, the arguments and a continuation to what the function returns */
    SuspendingCall(MethodHandle handle, Class<?> continuation) {
        this.handle = handle;
        this.continuation = continuation;
        try {
            ClassLoader loader = continuation.getClassLoader();
            // By method handles: these facades inherit their functions from classes that are not public.
            this.suspended = LOOKUP.findStatic(
                            loader.loadClass("kotlin.coroutines.intrinsics.IntrinsicsKt"),
                            "getCOROUTINE_SUSPENDED",
                            methodType(Object.class))
                    .invoke();
            this.emptyContext = loader.loadClass("kotlin.coroutines.EmptyCoroutineContext")
                    .getField("INSTANCE")
                    .get(null);
            this.newJob = newJob(loader);
        } catch (Throwable e) {
            throw new IllegalStateException("Kotlin's library is not whole: " + e, e);
        }
    }

    @Override
    public @Nullable Object call(@Nullable Object instance, CallArguments arguments) throws Throwable {
        Work work = new Work(newJob.isPresent() ? newJob.get().invoke((Object) null) : null);
        Object context = work.job == null ? emptyContext : work.job;
        Object end = Proxy.newProxyInstance(
                continuation.getClassLoader(),
                new Class<?>[] {continuation},
                (proxy, method, values) -> switch (method.getName()) {
                    case "getContext" -> context;
                    case "resumeWith" -> {
                        work.end(values[0]);
                        yield null;
                    }
                    case "equals" -> proxy == values[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> "the end of a handler";
                });
        Object returned = (Object) handle.invokeExact(instance, arguments, end);
        return returned == suspended ? work : null;
    }

    private static Optional<MethodHandle> newJob(ClassLoader loader) throws ReflectiveOperationException {
        try {
            Class<?> job = loader.loadClass("kotlinx.coroutines.Job");
            Class<?> made = loader.loadClass("kotlinx.coroutines.CompletableJob");
            return Optional.of(
                    LOOKUP.findStatic(loader.loadClass("kotlinx.coroutines.JobKt"), "Job", methodType(made, job))
                            .asType(methodType(Object.class, Object.class)));
        } catch (ClassNotFoundException withoutIt) {
            return Optional.empty();
        }
    }

    /** The rest of a call after it was suspended. */
    private static final class Work extends CompletableFuture<@Nullable Object> {

        private final @Nullable Object job;

        private Work(@Nullable Object job) {
            this.job = job;
        }

        private void end(@Nullable Object result) throws ReflectiveOperationException {
            if (result != null && result.getClass().getName().equals("kotlin.Result$Failure")) {
                completeExceptionally(
                        (Throwable) result.getClass().getField("exception").get(result));
            } else {
                complete(result);
            }
        }

        @Override
        public boolean cancel(boolean mayInterrupt) {
            boolean cancelled = super.cancel(mayInterrupt);
            if (cancelled && job != null) {
                try {
                    ClassLoader loader = job.getClass().getClassLoader();
                    loader.loadClass("kotlinx.coroutines.Job")
                            .getMethod("cancel", java.util.concurrent.CancellationException.class)
                            .invoke(job, (Object) null);
                } catch (InvocationTargetException e) {
                    throw new IllegalStateException(e.getCause());
                } catch (ReflectiveOperationException e) {
                    throw new IllegalStateException(e);
                }
            }
            return cancelled;
        }
    }
}
