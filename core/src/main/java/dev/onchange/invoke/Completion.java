package dev.onchange.invoke;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** From what a handler returned to what must complete before its change is settled. */
final class Completion {

    private Completion() {}

    /** Null if there is nothing to wait for. Cancelling what is returned cancels a future. */
    static @Nullable Publisher<?> of(@Nullable Object returned) {
        if (returned instanceof Publisher<?> publisher) {
            return publisher;
        }
        if (returned instanceof CompletionStage<?> stage) {
            return ofStage(stage);
        }
        return returned instanceof Flow.Publisher<?> publisher ? JdkFlowAdapter.flowPublisherToFlux(publisher) : null;
    }

    private static Mono<Object> ofStage(CompletionStage<?> stage) {
        return Mono.create(end -> {
            if (stage instanceof Future<?> future) {
                end.onCancel(() -> future.cancel(true));
            }
            stage.whenComplete((value, failure) -> {
                try {
                    end(end, value, failure);
                } catch (Throwable fatal) {
                    // Operators of interceptors throw it on, and a future tells nobody.
                    AwaitedSubscriber.of(end.contextView()).ifPresent(waiting -> waiting.fail(fatal));
                }
            });
        });
    }

    private static void end(MonoSink<Object> end, @Nullable Object value, @Nullable Throwable failure) {
        if (failure == null) {
            end.success(value);
        } else {
            end.error(unwrapped(failure));
        }
    }

    /** Reactor's own way fails with null where there is no cause, and so never ends. */
    private static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : null;
        return cause == null ? failure : cause;
    }
}
