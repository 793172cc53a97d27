package dev.onchange.engine.stream;

import dev.onchange.HistoryLost;
import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.stream.StreamHandlers.Start;
import dev.onchange.status.ListenerEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Decides where a stream goes on whose position the server's history does not hold: handlers whose own position is
 * later and still held keep it, the other handlers are treated as the settings say.
 */
final class LostPositions {

    private final StreamPlan plan;
    private final ChangeStreams streams;
    private final Progress progress;
    private final Lifecycle lifecycle;
    private final StreamHandlers handlers;
    private final StreamErrors errors;

    LostPositions(
            StreamPlan plan, ChangeStreams streams, Progress progress, Lifecycle lifecycle, StreamHandlers handlers) {
        this.plan = plan;
        this.streams = streams;
        this.progress = progress;
        this.lifecycle = lifecycle;
        this.handlers = handlers;
        this.errors = new StreamErrors(plan);
    }

    /**
     * @param lost ids of the handlers whose positions are lost
     * @param kept the positions of the other handlers
     * @param oldest the oldest entry of the oplog; null if it is not known
     */
    private record Partition(
            List<String> lost,
            List<Position> kept,
            @Nullable BsonTimestamp oldest) {

        Optional<Position> firstKept() {
            return kept.stream().reduce((one, other) -> one.isAfter(other) ? other : one);
        }
    }

    /** The oplog no longer holds the position. */
    Mono<CursorStart> historyLost(Throwable cause, Position position) {
        HistoryLost answer = streams.settings().historyLost();
        return streams.oldest(plan)
                .map(Optional::of)
                .onErrorResume(error -> answer == HistoryLost.STOP ? Mono.just(Optional.empty()) : Mono.error(error))
                .flatMap(oldest -> {
                    Partition partition = partition(position, oldest.orElse(null));
                    return proceed(answer, partition, new Loss() {
                        @Override
                        public ListenerEvent event(@Nullable BsonTimestamp to) {
                            return new ListenerEvent.HistoryLost(
                                    plan.name(), partition.lost(), position.clusterTime(), to, answer);
                        }

                        @Override
                        public OnChangeException refusal() {
                            return errors.historyLost(
                                    cause, partition.lost(), position.clusterTime(), partition.oldest());
                        }

                        @Override
                        public Throwable cause() {
                            return cause;
                        }
                    });
                });
    }

    /** The position is not one of this deployment's history, or its token none that the server takes. */
    Mono<CursorStart> foreign(Throwable cause, Position position) {
        HistoryLost answer = streams.settings().foreignPosition();
        Mono<Optional<BsonTimestamp>> oldest = answer == HistoryLost.RESTART_EARLIEST
                ? streams.oldest(plan).map(Optional::of)
                : Mono.just(Optional.empty());
        return oldest.flatMap(first -> {
            Partition partition = partition(position, first.orElse(null));
            return proceed(answer, partition, new Loss() {
                @Override
                public ListenerEvent event(@Nullable BsonTimestamp to) {
                    return new ListenerEvent.PositionForeign(plan.name(), partition.lost(), position, to, answer);
                }

                @Override
                public OnChangeException refusal() {
                    return errors.foreign(cause, partition.lost(), position);
                }

                @Override
                public Throwable cause() {
                    return cause;
                }
            });
        });
    }

    /** How a lost position is reported. */
    private interface Loss {

        ListenerEvent event(@Nullable BsonTimestamp to);

        OnChangeException refusal();

        Throwable cause();
    }

    private Partition partition(Position position, @Nullable BsonTimestamp oldest) {
        List<String> lost = new ArrayList<>();
        List<Position> kept = new ArrayList<>();
        for (Start start : handlers.starts()) {
            Position own = start.position();
            boolean further = own != null
                    && own.isAfter(position)
                    && (oldest == null || own.clusterTime().compareTo(oldest) >= 0);
            if (further) {
                kept.add(own);
            } else {
                lost.add(start.handlerId());
            }
        }
        return new Partition(lost, kept, oldest);
    }

    private Mono<CursorStart> proceed(HistoryLost answer, Partition partition, Loss loss) {
        return switch (answer) {
            case STOP -> stop(partition, loss);
            case RESTART_NOW ->
                streams.oplog().now().map(now -> {
                    lifecycle.reopen(loss.cause(), loss.event(now));
                    Position at = Position.at(now);
                    Position cursorStart = partition.firstKept().orElse(at);
                    handlers.restart(partition.lost(), at, cursorStart);
                    return openAt(cursorStart);
                });
            case RESTART_EARLIEST -> Mono.fromSupplier(() -> fromOldest(partition, loss));
        };
    }

    private Mono<CursorStart> stop(Partition partition, Loss loss) {
        lifecycle.reopen(loss.cause(), loss.event(partition.oldest()));
        OnChangeException refusal = loss.refusal();
        // A stream that was never open fails as a whole: its handlers are being started.
        if (partition.kept().isEmpty() || !lifecycle.everOpen()) {
            return Mono.error(refusal);
        }
        handlers.stop(partition.lost(), refusal);
        return Mono.just(openAt(partition.firstKept().orElseThrow()));
    }

    private CursorStart openAt(Position position) {
        progress.restart(position);
        return CursorStart.after(position, plan.fingerprint());
    }

    private CursorStart fromOldest(Partition partition, Loss loss) {
        BsonTimestamp oldest = Objects.requireNonNull(partition.oldest());
        lifecycle.reopen(loss.cause(), loss.event(oldest));
        Position before = Position.at(new BsonTimestamp(oldest.getValue() - 1));
        handlers.restart(partition.lost(), before, before);
        progress.restart(before);
        return CursorStart.atTime(oldest);
    }
}
