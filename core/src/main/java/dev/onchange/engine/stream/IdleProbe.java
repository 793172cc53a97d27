package dev.onchange.engine.stream;

import dev.onchange.engine.plan.StreamPlan;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Finds out how far an idle stream has come if its client does not tell: asks the server from time to time whether
 * there is anything between the last change and the present. The reply says where the present is.
 */
final class IdleProbe {

    /** Rarely enough to cost nothing beside the stream itself, which answers once in such a while. */
    private static final int WAITS_BETWEEN = 10;

    private final StreamPlan plan;
    private final ChangeStreams streams;
    private final Progress progress;
    private final Supplier<@Nullable CursorReader> reader;
    private final Disposable.Swap running = Disposables.swap();
    private volatile long emittedBefore = -1;

    /** @param reader the present one; null if there is none */
    IdleProbe(StreamPlan plan, ChangeStreams streams, Progress progress, Supplier<@Nullable CursorReader> reader) {
        this.plan = plan;
        this.streams = streams;
        this.progress = progress;
        this.reader = reader;
    }

    void start() {
        Duration period = streams.settings().maxAwaitTime().multipliedBy(WAITS_BETWEEN);
        running.update(Flux.interval(period, streams.timing().timer())
                .onBackpressureDrop()
                .concatMap(tick -> sound(), 1)
                .subscribe());
    }

    void stop() {
        running.dispose();
    }

    private Mono<Void> sound() {
        CursorReader now = reader.get();
        long emitted = progress.emitted();
        boolean idle = emitted == emittedBefore;
        emittedBefore = emitted;
        if (now == null || !idle) {
            return Mono.empty();
        }
        return Mono.defer(() -> streams.cursors().ask(plan, plan.pipeline(), progress.after(now), 1))
                .doOnNext(reply -> take(reply, now, emitted))
                // The stream itself will meet with what is wrong, and tell.
                .onErrorComplete()
                .then();
    }

    /** Only if nothing was found, and nothing has come meanwhile, is everything up to the present handed on. */
    private void take(CursorReply reply, CursorReader now, long emitted) {
        if (reply.documents() == 0 && reply.token() != null && progress.emitted() == emitted) {
            progress.batchTokens().sounded(now, emitted, reply.token());
        }
    }
}
