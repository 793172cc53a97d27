package dev.onchange.engine.stream;

import dev.onchange.checkpoint.Position;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The handlers that a stream feeds: called when the oplog no longer holds the positions of some of them, while the
 * stream emits nothing.
 */
public interface StreamHandlers {

    /** One handler without id and position. */
    StreamHandlers UNKNOWN = new StreamHandlers() {
        @Override
        public List<Start> starts() {
            return List.of(new Start("", null));
        }

        @Override
        public void restart(Collection<String> handlerIds, Position at, Position streamStart) {}

        @Override
        public Mono<Void> restartWithSnapshots(Collection<String> handlerIds, Position at, Position streamStart) {
            return Mono.empty();
        }

        @Override
        public void stop(Collection<String> handlerIds, Throwable reason) {}
    };

    /**
     * Where a handler begins in the stream.
     *
     * @param handlerId its id
     * @param position changes up to it are not delivered to the handler; null if every change of the stream is
     */
    record Start(String handlerId, @Nullable Position position) {}

    /** The starts of all handlers. */
    List<Start> starts();

    /**
     * The stream starts over: some handlers lose the changes in between.
     *
     * @param handlerIds ids of the handlers that go on at another position
     * @param at changes up to it are not delivered to these handlers
     * @param streamStart where the stream begins
     */
    void restart(Collection<String> handlerIds, Position at, Position streamStart);

    /**
     * The same as {@link #restart}, and the handlers are given the documents that exist. Those that cannot be given any are
     * stopped; fails if the server cannot be asked at the moment, and nothing is changed then.
     */
    Mono<Void> restartWithSnapshots(Collection<String> handlerIds, Position at, Position streamStart);

    /** Stops delivery to these handlers; deliveries that were made already may end. */
    void stop(Collection<String> handlerIds, Throwable reason);
}
