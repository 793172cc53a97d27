package dev.onchange.engine.dispatch;

import dev.onchange.status.ListenerEvent;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

/**
 * Finds out which handler holds up the others of its stream: it has filled what may be unsettled, with changes that are
 * old already, while another one has nothing to do.
 */
final class SlowHandlerDetector {

    /** Of the patience: so exactly it is measured. */
    private static final int PARTS = 4;

    private final String stream;
    private final BackpressureWindow window;
    private final DispatchSettings settings;
    private final Supplier<List<HandlerRoute>> routes;
    private final Set<String> told = new HashSet<>();

    SlowHandlerDetector(
            String stream, BackpressureWindow window, DispatchSettings settings, Supplier<List<HandlerRoute>> routes) {
        this.stream = stream;
        this.window = window;
        this.settings = settings;
        this.routes = routes;
    }

    /** Looks from time to time, until it is disposed of. */
    Disposable watch() {
        Duration period = settings.limits().patience().dividedBy(PARTS);
        return Flux.interval(period, settings.workers().timer())
                .onBackpressureDrop()
                .subscribe(tick -> look());
    }

    private void look() {
        if (!window.isCrowded()) {
            return;
        }
        List<HandlerRoute> working = routes.get().stream()
                .filter(route -> route.takesPart() && route.lanes().failure() == null)
                .toList();
        boolean somebodyWaits = working.stream().anyMatch(route -> route.lanes().inFlight() == 0);
        if (somebodyWaits) {
            working.stream()
                    .max(Comparator.comparingInt(route -> route.lanes().inFlight()))
                    .ifPresent(this::tellIfLate);
        }
    }

    private void tellIfLate(HandlerRoute slowest) {
        String id = slowest.spec().id();
        Duration late = slowest.state(0, settings.clock()).oldestUnsettled();
        if (Objects.requireNonNullElse(late, Duration.ZERO)
                                .compareTo(settings.limits().patience())
                        >= 0
                && told.add(id)) {
            settings.events().accept(new ListenerEvent.HandlerHeldUpOthers(id, stream));
        }
    }
}
