package dev.onchange.examples.benchmarks.micro;

import dev.onchange.checkpoint.Position;
import dev.onchange.engine.stream.OpenStream;
import dev.onchange.engine.stream.RawChange;
import dev.onchange.engine.stream.StreamHandlers;
import dev.onchange.engine.stream.StreamState;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;

/** A stream without a server. */
final class HandFed implements OpenStream {

    private @Nullable FluxSink<List<RawChange>> sink;

    void feed(RawChange change) {
        FluxSink<List<RawChange>> open = sink;
        if (open == null) {
            throw new IllegalStateException("nobody has subscribed");
        }
        open.next(List.of(change));
    }

    @Override
    public Flux<List<RawChange>> changes(StreamHandlers handlers) {
        return Flux.push(opened -> sink = opened);
    }

    @Override
    public Mono<Void> opened() {
        return Mono.empty();
    }

    @Override
    public @Nullable Position reached(long received) {
        return null;
    }

    @Override
    public Mono<Void> closed() {
        return Mono.empty();
    }

    @Override
    public StreamState state() {
        return new StreamState(StreamState.Phase.OPEN, Instant.EPOCH, 0, null);
    }
}
