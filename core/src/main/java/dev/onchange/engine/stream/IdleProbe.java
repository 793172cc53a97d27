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
 * Moves on the position of an idle stream whose client does not report commands: asks the server from time to time
 * whether there are changes between the last one and the present. The reply has the token of the present.
 */
final class IdleProbe {

    /** Of {@code maxAwaitTime}: so rarely that a probe costs little beside the stream itself. */
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
                .concatMap(tick -> probe(), 1)
                .subscribe());
    }

    void stop() {
        running.dispose();
    }

    private Mono<Void> probe() {
        CursorReader now = reader.get();
        long emitted = progress.emitted();
        boolean idle = emitted == emittedBefore;
        emittedBefore = emitted;
        if (now == null || !idle) {
            return Mono.empty();
        }
        return Mono.defer(() -> streams.cursors().ask(plan, plan.pipeline(), progress.after(now), 1))
                .doOnNext(reply -> accept(reply, now, emitted))
                // The stream itself will meet the same failure, and report it.
                .onErrorComplete()
                .then();
    }

    /** Only if no change was found, and none has come meanwhile, are all changes up to the present emitted. */
    private void accept(CursorReply reply, CursorReader now, long emitted) {
        if (reply.documents() == 0 && reply.token() != null && progress.emitted() == emitted) {
            progress.batchTokens().probed(now, emitted, reply.token());
        }
    }
}
