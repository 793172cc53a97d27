package dev.onchange.invoke;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.publisher.Mono;

/** From what a handler returned to what must complete before its change is settled. */
final class Completion {

    private Completion() {}

    /** Null if there is nothing to wait for. Cancelling what is returned cancels a future. */
    static @Nullable Publisher<?> of(@Nullable Object returned) {
        if (returned instanceof Publisher<?> publisher) {
            return publisher;
        }
        if (returned instanceof CompletionStage<?> stage) {
            return Mono.fromCompletionStage(stage);
        }
        return returned instanceof Flow.Publisher<?> publisher ? JdkFlowAdapter.flowPublisherToFlux(publisher) : null;
    }
}
