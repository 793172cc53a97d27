package dev.onchange.cdi;

import dev.onchange.Interceptor;
import jakarta.enterprise.context.control.ActivateRequestContext;
import jakarta.inject.Singleton;
import java.lang.reflect.Method;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Gives each call of a handler a request context of its own, for beans that are {@code @RequestScoped}, be it the handler
 * or what it uses. Contexts belong to threads: one ends on its thread when the call has returned and what it returned
 * has been subscribed to. Where the container keeps a context for a {@code CompletionStage}, as that of Quarkus does, its
 * beans are destroyed when the work is complete.
 */
@Singleton
public class RequestCalls {

    /** Called by the container. */
    RequestCalls() {}

    /** Around the calls of all handlers. */
    static Interceptor around(RequestCalls calls) {
        return invocation -> {
            if (isSynchronous(invocation)) {
                calls.call(invocation);
                return null;
            }
            Work work = new Work(invocation);
            CompletionStage<@Nullable Void> end = calls.begin(work);
            return Mono.fromCompletionStage(end).doOnCancel(work::cancel);
        };
    }

    private static boolean isSynchronous(Interceptor.Invocation invocation) {
        Method method = invocation.handler().method();
        return method != null && method.getReturnType() == void.class;
    }

    @ActivateRequestContext
    void call(Interceptor.Invocation invocation) throws Exception {
        proceed(invocation);
    }

    /** Told to the container by its type that the work goes on. */
    @ActivateRequestContext
    CompletionStage<@Nullable Void> begin(Work work) throws Exception {
        return work.begin();
    }

    private static @Nullable Publisher<?> proceed(Interceptor.Invocation invocation) throws Exception {
        try {
            return invocation.proceed();
        } catch (Exception | Error failure) {
            throw failure;
        } catch (Throwable failure) {
            throw new CompletionException(failure);
        }
    }

    /** A call whose result may be asynchronous. What the container returns for it cannot cancel it. */
    static final class Work {

        private final Interceptor.Invocation invocation;
        private volatile @Nullable CompletableFuture<@Nullable Void> begun;

        private Work(Interceptor.Invocation invocation) {
            this.invocation = invocation;
        }

        private CompletionStage<@Nullable Void> begin() throws Exception {
            Publisher<?> end = proceed(invocation);
            CompletableFuture<@Nullable Void> future = end == null
                    ? CompletableFuture.completedFuture(null)
                    : Flux.from(end).then().toFuture();
            begun = future;
            return future;
        }

        private void cancel() {
            CompletableFuture<@Nullable Void> present = begun;
            if (present != null) {
                present.cancel(true);
            }
        }
    }
}
