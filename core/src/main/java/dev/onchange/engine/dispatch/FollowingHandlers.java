package dev.onchange.engine.dispatch;

import dev.onchange.checkpoint.Position;
import dev.onchange.engine.stream.StreamHandlers;
import java.util.Collection;
import java.util.List;
import java.util.function.BooleanSupplier;
import reactor.core.publisher.Mono;

/** Handlers that another stream still feeds: the one that is to take over must not restart or stop them before it does. */
record FollowingHandlers(StreamHandlers handlers, BooleanSupplier tookOver) implements StreamHandlers {

    @Override
    public List<Start> starts() {
        return handlers.starts();
    }

    @Override
    public void restart(Collection<String> handlerIds, Position at, Position streamStart) {
        requireTookOver();
        handlers.restart(handlerIds, at, streamStart);
    }

    @Override
    public Mono<Void> restartWithSnapshots(Collection<String> handlerIds, Position at, Position streamStart) {
        requireTookOver();
        return handlers.restartWithSnapshots(handlerIds, at, streamStart);
    }

    @Override
    public void stop(Collection<String> handlerIds, Throwable reason) {
        requireTookOver();
        handlers.stop(handlerIds, reason);
    }

    private void requireTookOver() {
        if (!tookOver.getAsBoolean()) {
            throw new IllegalStateException("The server's history does not reach to where the present stream has come");
        }
    }
}
