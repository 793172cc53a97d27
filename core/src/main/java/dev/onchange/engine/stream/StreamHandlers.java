package dev.onchange.engine.stream;

import dev.onchange.checkpoint.Position;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The handlers that a stream feeds: it asks and tells them when the server's history no longer holds where some of them
 * stand. Called while the stream hands on nothing.
 */
public interface StreamHandlers {

    /** One handler, of which nothing is known. */
    StreamHandlers UNKNOWN = new StreamHandlers() {
        @Override
        public List<Start> starts() {
            return List.of(new Start("", null));
        }

        @Override
        public void restart(Collection<String> handlerIds, Position at, Position cursorStart) {}

        @Override
        public void stop(Collection<String> handlerIds, Throwable reason) {}
    };

    /**
     * Where a handler begins in the stream.
     *
     * @param handlerId its id
     * @param position changes up to it are not the handler's; null if every change of the stream is
     */
    record Start(String handlerId, @Nullable Position position) {}

    /** All that take part. */
    List<Start> starts();

    /**
     * The stream breaks off and begins anew: some handlers lose what lies between.
     *
     * @param handlerIds those that go on at another position
     * @param at changes up to it are not theirs any more
     * @param cursorStart where the stream begins
     */
    void restart(Collection<String> handlerIds, Position at, Position cursorStart);

    /** These receive nothing more; what they have been given already they may finish. */
    void stop(Collection<String> handlerIds, Throwable reason);
}
