package dev.onchange.engine.dispatch;

import dev.onchange.checkpoint.Position;
import dev.onchange.engine.stream.StreamHandlers;
import java.util.Collection;
import java.util.List;

/** The handlers of a dispatcher, as its stream asks for them, restarts and stops them when history is lost. */
final class DispatchedHandlers implements StreamHandlers {

    private final HandlerRoutes routes;
    private final StreamProgress progress;

    DispatchedHandlers(HandlerRoutes routes, StreamProgress progress) {
        this.routes = routes;
        this.progress = progress;
    }

    @Override
    public List<Start> starts() {
        return routes.all().stream()
                .filter(HandlerRoute::takesPart)
                .map(route -> new Start(route.id(), route.start()))
                .toList();
    }

    @Override
    public void restart(Collection<String> handlerIds, Position at, Position cursorStart) {
        Position before = progress.reached();
        synchronized (routes) {
            progress.restartAt(cursorStart);
            handlerIds.forEach(id -> routes.get(id).restart(at, before));
        }
    }

    @Override
    public void stop(Collection<String> handlerIds, Throwable reason) {
        Position before = progress.reached();
        synchronized (routes) {
            handlerIds.forEach(id -> routes.get(id).stop(before));
            routes.changed();
        }
        handlerIds.forEach(id -> routes.get(id).lanes().failed(reason));
    }
}
