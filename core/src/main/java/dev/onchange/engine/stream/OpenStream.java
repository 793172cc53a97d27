package dev.onchange.engine.stream;

import dev.onchange.checkpoint.Position;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One change stream that reopens by itself; it has one subscriber. */
public interface OpenStream {

    /**
     * The changes, one after the other, in the stream's order, on the driver's threads or the one that requests more:
     * subscribers must not block.
     * Subscribing opens the stream, cancelling closes it. Within the subscription's demand a further batch is read
     * ahead. Never completes; fails with an {@link dev.onchange.OnChangeException} when it cannot go on.
     *
     * @param handlers whom the changes are for
     */
    Flux<RawChange> changes(StreamHandlers handlers);

    /** Completes once the server has opened the stream for the first time; fails if it refuses. */
    Mono<Void> opened();

    /**
     * How far the server has read, as far as that is safe to say to somebody who has taken over {@code received} of {@link #changes}
     * in all since the beginning: every change up to it is among those. Null if nothing newer than those changes is known.
     */
    @Nullable
    Position reached(long received);

    /**
     * Completes once the server has closed the cursor, after {@link #changes} was cancelled or has failed: then the
     * client may be closed. At once if there is no cursor.
     */
    Mono<Void> closed();

    /** What it is doing now. */
    StreamState state();
}
