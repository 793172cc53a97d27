package dev.onchange.route;

import dev.onchange.checkpoint.Position;
import dev.onchange.match.Match;
import dev.onchange.plan.PlannedHandler;
import dev.onchange.retry.HandlerState;
import dev.onchange.retry.HandlerState.Phase;
import dev.onchange.scan.HandlerSpec;
import dev.onchange.stream.RawChange;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The way to one handler: what it wants, and its lanes. */
final class Route {

    private final RoutedHandler handler;
    private final HandlerLanes lanes;
    private final long joinedAt;
    private boolean pastStart;
    private volatile boolean left;

    /** @param joinedAt how many changes the stream had brought before the handler joined it */
    Route(RoutedHandler handler, HandlerLanes lanes, long joinedAt) {
        this.handler = handler;
        this.lanes = lanes;
        this.joinedAt = joinedAt;
        this.pastStart = handler.start() == null;
    }

    HandlerSpec spec() {
        return handler.planned().spec();
    }

    PlannedHandler planned() {
        return handler.planned();
    }

    @Nullable
    Match match() {
        return handler.planned().match();
    }

    HandlerLanes lanes() {
        return lanes;
    }

    /** It is to take part no longer. */
    void leave() {
        left = true;
    }

    boolean takesPart() {
        return !left;
    }

    /** Whether the handler has still to see the change. Called in the order of the stream. */
    boolean wants(RawChange raw) {
        Position start = handler.start();
        if (!pastStart && start != null && PositionOrder.isAfter(raw, start)) {
            pastStart = true;
        }
        return pastStart;
    }

    /** How far the handler has come if the stream had come as far as {@code stream} before this call. */
    @Nullable
    Position position(@Nullable Position stream) {
        return PositionOrder.later(lanes.position(stream), handler.start());
    }

    /** @param received how many changes the stream has brought */
    HandlerState state(long received, Clock clock) {
        Throwable failure = lanes.failure();
        Long oldest = lanes.oldestReceivedAt();
        return new HandlerState(
                failure != null ? Phase.FAILED : left ? Phase.PAUSED : Phase.RUNNING,
                failure != null ? failure : lanes.trouble(),
                lanes.lastFailure(),
                lanes.counts(received - joinedAt),
                lanes.inFlight(),
                oldest == null ? null : Duration.ofMillis(Math.max(0, clock.millis() - oldest)));
    }
}
