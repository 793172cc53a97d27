package dev.onchange;

import dev.onchange.checkpoint.Position;
import dev.onchange.retry.HandlerCounts;
import dev.onchange.retry.HandlerState;
import dev.onchange.scan.HandlerSpec;
import dev.onchange.status.HandlerStatus;
import dev.onchange.status.ListenersStatus;
import dev.onchange.status.StreamStatus;
import dev.onchange.stream.StreamState;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/** Looks at everything that is running, without stopping it. */
final class StatusView {

    private static final HandlerStatus.Counts NOTHING = new HandlerStatus.Counts(0, 0, 0, 0, 0);

    private final Journey journey;
    private final Lineup lineup;

    StatusView(Journey journey, Lineup lineup) {
        this.journey = journey;
        this.lineup = lineup;
    }

    ListenersStatus status() {
        Map<String, Position> positions = lineup.positions();
        return new ListenersStatus(
                journey.runs().stream().map(StatusView::stream).toList(),
                lineup.declared().handlers().stream()
                        .map(handler -> handler(handler, positions))
                        .toList());
    }

    private static StreamStatus stream(StreamRun run) {
        StreamState state = run.stream().state();
        return new StreamStatus(
                run.plan().name(),
                StreamStatus.Phase.valueOf(state.phase().name()),
                state.since(),
                state.reopened(),
                state.reason());
    }

    private HandlerStatus handler(HandlerSpec handler, Map<String, Position> positions) {
        String id = handler.id();
        Position position = positions.get(id);
        return journey.runOf(id).map(run -> running(id, run, position)).orElseGet(() -> resting(id, position));
    }

    private static HandlerStatus running(
            String id, StreamRun run, @org.jspecify.annotations.Nullable Position position) {
        HandlerState state = run.dispatcher().state(id);
        return new HandlerStatus(
                id,
                run.plan().name(),
                state.phase() == HandlerState.Phase.FAILED
                        ? HandlerStatus.Phase.STOPPED
                        : HandlerStatus.Phase.LISTENING,
                state.reason(),
                position,
                counts(state.counts()),
                state.inFlight(),
                Objects.requireNonNullElse(state.oldestUnsettled(), Duration.ZERO));
    }

    private HandlerStatus resting(String id, @org.jspecify.annotations.Nullable Position position) {
        Rest rest = lineup.resting().get(id);
        Throwable reason = rest == null ? null : rest.reason();
        return new HandlerStatus(
                id,
                "",
                reason == null ? HandlerStatus.Phase.PAUSED : HandlerStatus.Phase.STOPPED,
                reason,
                position,
                NOTHING,
                0,
                Duration.ZERO);
    }

    private static HandlerStatus.Counts counts(HandlerCounts counts) {
        return new HandlerStatus.Counts(
                counts.handled(), counts.retried(), counts.deadLettered(), counts.parked(), counts.skipped());
    }
}
