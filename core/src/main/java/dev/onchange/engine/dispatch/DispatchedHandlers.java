package dev.onchange.engine.dispatch;

import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.stream.StreamHandlers;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The handlers of a dispatcher, as its stream asks for them, restarts and stops them when history is lost. */
final class DispatchedHandlers implements StreamHandlers {

    private final HandlerRoutes routes;
    private final StreamProgress progress;
    private final @Nullable SnapshotScan snapshots;

    /** @param snapshots null if the handlers are given no documents */
    DispatchedHandlers(HandlerRoutes routes, StreamProgress progress, @Nullable SnapshotScan snapshots) {
        this.routes = routes;
        this.progress = progress;
        this.snapshots = snapshots;
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
    public Mono<Void> restartWithSnapshots(Collection<String> handlerIds, Position at, Position cursorStart) {
        SnapshotScan scan = Objects.requireNonNull(snapshots);
        return Flux.fromIterable(handlerIds)
                .map(routes::get)
                .concatMap(route -> scan.begin(route, at)
                        .map(begun -> Map.entry(route, begun))
                        .onErrorResume(OnChangeException.class, refused -> {
                            stop(List.of(route.id()), refused);
                            return Mono.empty();
                        }))
                .collectList()
                .doOnNext(begun -> restart(scan, begun, at, cursorStart))
                .then();
    }

    private void restart(
            SnapshotScan scan,
            List<Map.Entry<HandlerRoute, HandlerSnapshot>> begun,
            Position at,
            Position cursorStart) {
        begun.forEach(each -> {
            HandlerSnapshot former = each.getKey().snapshot();
            if (former != null) {
                former.abandon();
            }
        });
        Position before = progress.reached();
        synchronized (routes) {
            progress.restartAt(cursorStart);
            begun.forEach(each -> {
                each.getKey().restart(at, before);
                scan.exchange(each.getKey(), each.getValue());
            });
        }
    }

    @Override
    public void stop(Collection<String> handlerIds, Throwable reason) {
        Position before = progress.reached();
        synchronized (routes) {
            handlerIds.forEach(id -> routes.get(id).stop(before));
        }
        handlerIds.forEach(id -> routes.get(id).lanes().failed(reason));
    }
}
