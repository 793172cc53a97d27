package dev.onchange;

import dev.onchange.checkpoint.Position;
import dev.onchange.retry.HandlerCounts;
import dev.onchange.retry.HandlerState;
import dev.onchange.scan.HandlerSpec;
import dev.onchange.status.HandlerStatus;
import dev.onchange.status.HistoryGap;
import dev.onchange.status.ListenersStatus;
import dev.onchange.status.PositionsStatus;
import dev.onchange.status.StreamStatus;
import dev.onchange.stream.StreamState;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Looks at everything that is running, without stopping it and without asking the server. */
final class StatusView {

    private final Journey journey;
    private final Lineup lineup;
    private final HistoryWatch history;
    private final Map<String, HistoryGap> gaps;

    /** @param gaps what was lost of handlers' histories */
    StatusView(Journey journey, Lineup lineup, HistoryWatch history, Map<String, HistoryGap> gaps) {
        this.journey = journey;
        this.lineup = lineup;
        this.history = history;
        this.gaps = gaps;
    }

    ListenersStatus status(PositionsStatus saving) {
        Map<String, Position> positions = lineup.positions();
        return new ListenersStatus(
                journey.runs().stream().map(this::stream).toList(),
                lineup.declared().handlers().stream()
                        .map(handler -> handler(handler, positions.get(handler.id())))
                        .toList(),
                saving);
    }

    private StreamStatus stream(StreamRun run) {
        StreamState state = run.stream().state();
        Throwable failure = run.failure();
        Position reached = run.dispatcher().reached();
        return new StreamStatus(
                run.plan().name(),
                failure == null ? StreamStatus.Phase.valueOf(state.phase().name()) : StreamStatus.Phase.FAILED,
                state.since(),
                state.reopened(),
                failure == null ? state.reason() : failure,
                reached,
                history.lag(reached),
                run.plan().handlers().stream()
                        .map(handler -> run.dispatcher().state(handler.spec().id()))
                        .map(StatusView::oldestUnsettled)
                        .max(Duration::compareTo)
                        .orElse(Duration.ZERO));
    }

    private HandlerStatus handler(HandlerSpec handler, @Nullable Position position) {
        String id = handler.id();
        return journey.runOf(id).map(run -> running(id, run, position)).orElseGet(() -> resting(id, position));
    }

    private HandlerStatus running(String id, StreamRun run, @Nullable Position position) {
        HandlerState state = run.dispatcher().state(id);
        HandlerCounts counts = journey.counts(id);
        boolean stopped = state.phase() == HandlerState.Phase.FAILED || run.hasFailed();
        return new HandlerStatus(
                id,
                run.plan().name(),
                stopped ? HandlerStatus.Phase.STOPPED : HandlerStatus.Phase.LISTENING,
                reason(state, run),
                state.lastFailure(),
                position,
                history.lag(position),
                gaps.get(id),
                counts.delivered(),
                counts.filtered(),
                counts(counts),
                state.inFlight(),
                oldestUnsettled(state));
    }

    private static @Nullable Throwable reason(HandlerState state, StreamRun run) {
        Throwable own = state.reason();
        return own == null ? run.failure() : own;
    }

    private HandlerStatus resting(String id, @Nullable Position position) {
        Rest rest = lineup.resting().get(id);
        Throwable reason = rest == null ? null : rest.reason();
        HandlerCounts counts = journey.counts(id);
        return new HandlerStatus(
                id,
                "",
                reason == null ? HandlerStatus.Phase.PAUSED : HandlerStatus.Phase.STOPPED,
                reason,
                null,
                position,
                history.lag(position),
                gaps.get(id),
                counts.delivered(),
                counts.filtered(),
                counts(counts),
                0,
                Duration.ZERO);
    }

    private static Duration oldestUnsettled(HandlerState state) {
        return Objects.requireNonNullElse(state.oldestUnsettled(), Duration.ZERO);
    }

    private static HandlerStatus.Counts counts(HandlerCounts counts) {
        return new HandlerStatus.Counts(
                counts.handled() + counts.repeated(),
                counts.retried(),
                counts.deadLettered(),
                counts.parked(),
                counts.skipped());
    }
}
