package dev.onchange.engine.stream;

import dev.onchange.checkpoint.Position;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One change stream that reopens by itself; it has one subscriber. */
public interface OpenStream {

    /**
     * The changes in batches, each as long as the server's reply, in the stream's order, on the driver's threads or the
     * one that requests more: subscribers must not block. Who requests another batch has done with the one before.
     * Subscribing opens the stream, cancelling closes it. A further batch is prefetched. Never completes; fails with an
     * {@link dev.onchange.OnChangeException} when it cannot go on.
     *
     * @param handlers the handlers that the stream feeds
     */
    Flux<List<RawChange>> changes(StreamHandlers handlers);

    /** Completes once the server has opened the stream for the first time; fails if it refuses. */
    Mono<Void> opened();

    /**
     * The position up to which the server has read, for a subscriber that has received {@code received} of {@link
     * #changes} since the beginning: every change up to it is among those. Null if no position after those changes is
     * known.
     */
    @Nullable
    Position reached(long received);

    /**
     * Completes once the server has closed the cursor, after {@link #changes} was cancelled or has failed: then the
     * client may be closed. At once if there is no cursor.
     */
    Mono<Void> closed();

    /** Another stream of its name goes on in its place: that it closes is not published. */
    default void replaced() {}

    /** Its present state. */
    StreamState state();
}
