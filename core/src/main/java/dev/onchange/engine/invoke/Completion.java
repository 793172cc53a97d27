package dev.onchange.engine.invoke;

import dev.onchange.UnawaitedException;
import dev.onchange.engine.scan.rule.ReturnTypes;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** Makes of the value that a handler returns the publisher that must complete before its change is settled. */
final class Completion {

    private final String where;
    private final Unis unis = new Unis();
    private volatile @Nullable Class<?> ignored;

    /** @param where the handler, for messages */
    Completion(String where) {
        this.where = where;
    }

    /**
     * The publisher to wait for; null if the change is settled now. Cancelling it cancels a future that the handler
     * returned.
     *
     * @throws UnawaitedException if the value stands for work that goes on and cannot be waited for
     */
    @Nullable
    Publisher<?> of(@Nullable Object returned) {
        if (returned == null || returned.getClass() == ignored) {
            return null;
        }
        if (returned instanceof Publisher<?> publisher) {
            return publisher;
        }
        if (returned instanceof CompletionStage<?> stage) {
            return ofStage(stage);
        }
        if (returned instanceof Flow.Publisher<?> publisher) {
            return JdkFlowAdapter.flowPublisherToFlux(publisher);
        }
        if (unis.areOf(returned.getClass())) {
            return Mono.defer(() -> ofStage(unis.subscribed(returned)));
        }
        if (ReturnTypes.areForgotten(returned.getClass())) {
            throw new UnawaitedException(where, returned);
        }
        ignored = returned.getClass();
        return null;
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
                    // Operators of interceptors rethrow it, and a future would swallow it.
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
