package dev.onchange.engine.dispatch;

import dev.onchange.status.ListenerEvent;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/**
 * Detects a handler that delays the other handlers of its stream: it fills the window of unsettled changes with old ones,
 * while another handler has nothing to do (D21).
 */
final class SlowHandlerDetector {

    /** How often the handlers are checked within the patience. */
    private static final int CHECKS = 4;

    private final String stream;
    private final BackpressureWindow window;
    private final DispatchSettings settings;
    private final Supplier<List<HandlerRoute>> routes;
    private final Set<String> reported = ConcurrentHashMap.newKeySet();

    SlowHandlerDetector(
            String stream, BackpressureWindow window, DispatchSettings settings, Supplier<List<HandlerRoute>> routes) {
        this.stream = stream;
        this.window = window;
        this.settings = settings;
        this.routes = routes;
    }

    /** Checks the handlers at an interval, until it is disposed of. */
    Disposable watch() {
        Duration period = settings.limits().patience().dividedBy(CHECKS);
        return Flux.interval(period, settings.workers().timer())
                .onBackpressureDrop()
                .subscribe(tick -> check());
    }

    /** A handler has left: if it comes back it is looked at anew. */
    void forget(String handlerId) {
        reported.remove(handlerId);
    }

    private void check() {
        if (!window.isNearlyFull()) {
            return;
        }
        List<HandlerRoute> working = routes.get().stream()
                .filter(route -> route.takesPart() && route.lanes().failure() == null)
                .toList();
        boolean anyIdle = working.stream().anyMatch(route -> route.lanes().inFlight() == 0);
        if (anyIdle) {
            working.stream()
                    .max(Comparator.comparingInt(route -> route.lanes().inFlight()))
                    .ifPresent(this::reportIfLate);
        }
    }

    private void reportIfLate(HandlerRoute slowest) {
        String id = slowest.spec().id();
        Duration late = slowest.state(0, 0, settings.clock()).oldestUnsettled();
        if (Objects.requireNonNullElse(late, Duration.ZERO)
                                .compareTo(settings.limits().patience())
                        >= 0
                && reported.add(id)) {
            settings.events().accept(new ListenerEvent.HandlerHeldUpOthers(id, stream));
            settings.slowHandlers().onSlowHandler(id);
        }
    }
}
