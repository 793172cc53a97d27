package dev.onchange.engine.dispatch;

import dev.onchange.checkpoint.Position;
import dev.onchange.engine.stream.OpenStream;
import dev.onchange.engine.stream.RawChange;
import dev.onchange.engine.stream.StreamHandlers;
import dev.onchange.engine.stream.StreamState;
import dev.onchange.engine.stream.StreamState.Phase;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A stream whose changes a test gives by hand. */
public class FedStream implements OpenStream {

    private final Sinks.Many<RawChange> changes = Sinks.many().unicast().onBackpressureBuffer();
    private final AtomicLong requested = new AtomicLong();
    private volatile boolean cancelled;
    private volatile @Nullable Position reached;

    public void feed(RawChange... some) {
        for (RawChange change : some) {
            changes.tryEmitNext(change).orThrow();
        }
    }

    public void fail(Throwable failure) {
        changes.tryEmitError(failure).orThrow();
    }

    /** How far the server has read. */
    public void reach(@Nullable Position position) {
        reached = position;
    }

    public long requested() {
        return requested.get();
    }

    public boolean cancelled() {
        return cancelled;
    }

    @Override
    public Flux<List<RawChange>> changes(StreamHandlers handlers) {
        return changes.asFlux().map(List::of).doOnRequest(requested::addAndGet).doOnCancel(() -> cancelled = true);
    }

    @Override
    public Mono<Void> opened() {
        return Mono.empty();
    }

    @Override
    public @Nullable Position reached(long received) {
        return reached;
    }

    @Override
    public Mono<Void> closed() {
        return Mono.empty();
    }

    @Override
    public StreamState state() {
        return new StreamState(Phase.OPEN, Instant.EPOCH, 0, null);
    }
}
