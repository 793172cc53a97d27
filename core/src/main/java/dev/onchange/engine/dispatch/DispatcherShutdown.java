package dev.onchange.engine.dispatch;

import dev.onchange.checkpoint.Position;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Ends a dispatcher: cancels its stream, closes the lanes of its handlers, and interrupts calls that last too long. */
final class DispatcherShutdown {

    private final HandlerRoutes routes;
    private final StreamProgress progress;
    private final ChangeSubscriber subscriber;
    private final Disposable slowHandlerWatch;
    private final Scheduler timer;

    /** @param slowHandlerWatch disposed of at the end */
    DispatcherShutdown(
            HandlerRoutes routes,
            StreamProgress progress,
            ChangeSubscriber subscriber,
            Disposable slowHandlerWatch,
            Scheduler timer) {
        this.routes = routes;
        this.progress = progress;
        this.subscriber = subscriber;
        this.slowHandlerWatch = slowHandlerWatch;
        this.timer = timer;
    }

    /** @param excluded the threads whose calls are not waited for */
    Mono<Void> stop(Duration atMost, Predicate<Thread> excluded) {
        return Mono.defer(() -> {
            Position reached = cancelStream();
            return close(routes.all(), reached, atMost, excluded);
        });
    }

    /** @param reached how far the stream had come when these took part for the last time */
    Mono<Void> close(List<HandlerRoute> some, @Nullable Position reached, Duration atMost, Predicate<Thread> excluded) {
        List<Mono<Void>> quiet = some.stream()
                .map(route -> route.lanes().close(reached, excluded))
                .toList();
        return Mono.when(quiet).timeout(atMost, timer).onErrorResume(TimeoutException.class, late -> {
            some.forEach(route -> route.lanes().interrupt(excluded));
            return Mono.empty();
        });
    }

    /** For half of the time, waits for all that lies before the newest change that has begun; then stops. */
    Mono<Void> finish(Duration atMost, Predicate<Thread> excluded) {
        Duration half = atMost.dividedBy(2);
        return Mono.defer(() -> {
            Position reached = cancelStream();
            List<Mono<Void>> quiet = routes.all().stream()
                    .map(route -> route.lanes().finish(reached, excluded))
                    .toList();
            return Mono.when(quiet)
                    .timeout(half, timer)
                    .onErrorResume(TimeoutException.class, late -> stop(atMost.minus(half), excluded));
        });
    }

    /** Gives how far the stream has come. */
    private @Nullable Position cancelStream() {
        slowHandlerWatch.dispose();
        subscriber.stop();
        return progress.reached();
    }
}
