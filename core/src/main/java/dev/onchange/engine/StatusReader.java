package dev.onchange.engine;

import dev.onchange.HealthLimits;
import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.Position;
import dev.onchange.deadletter.LetterCount;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.stream.StreamState;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.HandlerCounts;
import dev.onchange.status.HandlerState;
import dev.onchange.status.HandlerStatus;
import dev.onchange.status.HistoryGap;
import dev.onchange.status.Lag;
import dev.onchange.status.ListenersStatus;
import dev.onchange.status.Overdue;
import dev.onchange.status.PositionsStatus;
import dev.onchange.status.StreamStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;

/** Looks at everything that is running, without stopping it and without asking the server. */
final class StatusReader {

    private final ActiveStreams activeStreams;
    private final EngineState state;
    private final OplogMonitor history;
    private final LetterMonitor letters;
    private final EngineConfiguration configuration;
    private final Map<String, HistoryGap> gaps;
    private final SlowOpening slow;

    StatusReader(ActiveStreams activeStreams, EngineState state, OplogMonitor history, EngineParts parts) {
        this.activeStreams = activeStreams;
        this.state = state;
        this.history = history;
        this.letters = parts.letters;
        this.configuration = parts.configuration;
        this.gaps = parts.historyGaps();
        this.slow = new SlowOpening(parts.configuration);
    }

    ListenersStatus status(PositionsStatus saving) {
        Map<String, Position> positions = state.positions();
        return new ListenersStatus(
                state.streams().stream().map(this::stream).toList(),
                state.declared().handlers().stream()
                        .map(handler -> handler(handler, earliest(handler, positions)))
                        .toList(),
                saving);
    }

    private static @Nullable Position earliest(HandlerSpec handler, Map<String, Position> positions) {
        return handler.partitions().stream()
                .map(partition -> positions.get(partition.id()))
                .filter(Objects::nonNull)
                .reduce((one, other) -> one.isAfter(other) ? other : one)
                .orElse(null);
    }

    private StreamStatus stream(ActiveStream run) {
        StreamState state = run.stream().state();
        Throwable failure = run.failure();
        Position reached = run.dispatcher().reached();
        return new StreamStatus(
                run.plan().name(),
                failure == null ? StreamStatus.Phase.valueOf(state.phase().name()) : StreamStatus.Phase.FAILED,
                state.since(),
                state.reopened(),
                failure != null ? failure : state.reason() != null ? state.reason() : slow.reason(run),
                reached,
                history.lag(reached),
                run.handlerIds().stream()
                        .map(run::state)
                        .map(StatusReader::oldestUnsettled)
                        .max(Duration::compareTo)
                        .orElse(Duration.ZERO));
    }

    private HandlerStatus handler(HandlerSpec handler, @Nullable Position position) {
        String id = handler.id();
        boolean exchanging = state.isExchanging();
        return activeStreams
                .runOf(id)
                .map(run -> parts(id, run, position))
                .orElseGet(() -> pausedHandlers(handler, position, exchanging));
    }

    private HandlerStatus parts(String id, ActiveStream run, @Nullable Position position) {
        HandlerState state = run.state(id);
        HandlerCounts counts = activeStreams.countsBefore(id).and(state.counts());
        Overdue overdue = run.overdue(id, configuration.inFlightLimit);
        boolean stopped = state.phase() == HandlerState.Phase.FAILED || run.hasFailed();
        Lag lag = history.lag(position);
        Duration oldest = oldestUnsettled(state);
        HealthLimits limits = configuration.healthOf(id);
        OnChangeException opening = slow.reason(run);
        HealthCheck health = new HealthCheck()
                .down(stopped, "It has stopped by itself.")
                .degraded(opening != null, "Its stream is not open yet.")
                .down(overdue != null, "It is at one change for longer than " + configuration.inFlightLimit + ".")
                .most("Lag", lag == null ? null : lag.behind(), limits.lag())
                .most("Age of the oldest unsettled change", oldest, limits.oldestUnsettled());
        return new HandlerStatus(
                id,
                run.plan().name(),
                stopped ? HandlerStatus.Phase.STOPPED : HandlerStatus.Phase.LISTENING,
                reason(state, run, overdue == null ? opening : late(id, overdue)),
                state.lastFailure() == null ? activeStreams.failureBefore(id) : state.lastFailure(),
                position,
                lag,
                gaps.get(id),
                counts.inScope(),
                counts.delivered(),
                counts.filtered(),
                counts(counts),
                letters.of(id),
                state.inFlight(),
                oldest,
                overdue,
                stored(id, lag, health).result());
    }

    /** Compares what concerns a handler that is paused too. */
    private HealthCheck stored(String id, @Nullable Lag lag, HealthCheck health) {
        HealthLimits limits = configuration.healthOf(id);
        LetterCount count = letters.of(id);
        return health.least("What is left of the oplog", lag == null ? null : lag.left(), limits.oplogLeft())
                .most("Number of dead letters", count == null ? null : count.all(), limits.letters());
    }

    private static @Nullable Throwable reason(HandlerState state, ActiveStream run, @Nullable Throwable late) {
        Throwable own = state.reason();
        Throwable ofStream = run.failure();
        return own != null ? own : ofStream != null ? ofStream : late;
    }

    private OnChangeException late(String id, Overdue overdue) {
        BsonDocument key = overdue.key();
        return new OnChangeException(List.of(new Problem(
                ProblemCode.CHANGE_OVERDUE,
                id,
                "The change " + (key == null ? "" : "of " + key.toJson() + " ") + "with token " + overdue.token()
                        + " has been in flight for " + overdue.inFlight() + ", longer than "
                        + configuration.inFlightLimit + ".",
                "See what the handler waits for; with handlerTimeout such a call fails and is tried again. If it may take as"
                        + " long, raise inFlightLimit.")));
    }

    private HandlerStatus pausedHandlers(HandlerSpec handler, @Nullable Position position, boolean exchanging) {
        String id = handler.id();
        PausedHandler paused = state.paused().get(id);
        boolean elsewhere = paused == null && state.isElsewhere(handler);
        Throwable reason =
                paused != null ? paused.reason() : elsewhere || exchanging || state.isExchanging() ? null : leftOut(id);
        HandlerCounts counts = activeStreams.countsBefore(id);
        Lag lag = history.lag(position);
        HealthCheck health = new HealthCheck().down(reason != null, "It has stopped by itself.");
        return new HandlerStatus(
                id,
                "",
                elsewhere
                        ? HandlerStatus.Phase.ELSEWHERE
                        : reason == null ? HandlerStatus.Phase.PAUSED : HandlerStatus.Phase.STOPPED,
                reason,
                activeStreams.failureBefore(id),
                position,
                lag,
                gaps.get(id),
                counts.inScope(),
                counts.delivered(),
                counts.filtered(),
                counts(counts),
                letters.of(id),
                0,
                Duration.ZERO,
                null,
                stored(id, lag, health).result());
    }

    /** Neither paused nor fed: never said to be well. */
    private static OnChangeException leftOut(String id) {
        return new OnChangeException(List.of(new Problem(
                ProblemCode.HANDLER_LEFT_OUT,
                id,
                "it takes part in no stream, because an operation on the listeners has failed.",
                "Resume it: it goes on where it was.")));
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
                counts.skipped(),
                counts.coalesced(),
                counts.batches());
    }
}
