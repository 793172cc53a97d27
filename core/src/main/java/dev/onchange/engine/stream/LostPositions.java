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
 * Decides where a stream goes on whose position the server's history does not hold: handlers that are further keep
 * theirs, the others are treated as the settings say.
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
     * @param lost ids of the handlers that cannot go on where they stand
     * @param kept where the others stand
     * @param oldest from when on changes can be had; null if it is not known
     */
    private record Parted(
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
                    Parted parted = part(position, oldest.orElse(null));
                    return proceed(answer, parted, new Loss() {
                        @Override
                        public ListenerEvent event(@Nullable BsonTimestamp to) {
                            return new ListenerEvent.HistoryLost(
                                    plan.name(), parted.lost(), position.clusterTime(), to, answer);
                        }

                        @Override
                        public OnChangeException refusal() {
                            return errors.historyLost(cause, parted.lost(), position.clusterTime(), parted.oldest());
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
            Parted parted = part(position, first.orElse(null));
            return proceed(answer, parted, new Loss() {
                @Override
                public ListenerEvent event(@Nullable BsonTimestamp to) {
                    return new ListenerEvent.PositionForeign(plan.name(), parted.lost(), position, to, answer);
                }

                @Override
                public OnChangeException refusal() {
                    return errors.foreign(cause, parted.lost(), position);
                }

                @Override
                public Throwable cause() {
                    return cause;
                }
            });
        });
    }

    /** How it is told. */
    private interface Loss {

        ListenerEvent event(@Nullable BsonTimestamp to);

        OnChangeException refusal();

        Throwable cause();
    }

    private Parted part(Position position, @Nullable BsonTimestamp oldest) {
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
        return new Parted(lost, kept, oldest);
    }

    private Mono<CursorStart> proceed(HistoryLost answer, Parted parted, Loss loss) {
        return switch (answer) {
            case STOP -> stop(parted, loss);
            case RESTART_NOW ->
                streams.oplog().now().map(now -> {
                    lifecycle.reopen(loss.cause(), loss.event(now));
                    Position at = Position.at(now);
                    Position cursorStart = parted.firstKept().orElse(at);
                    handlers.restart(parted.lost(), at, cursorStart);
                    return openAt(cursorStart);
                });
            case RESTART_EARLIEST -> Mono.fromSupplier(() -> fromOldest(parted, loss));
        };
    }

    private Mono<CursorStart> stop(Parted parted, Loss loss) {
        lifecycle.reopen(loss.cause(), loss.event(parted.oldest()));
        OnChangeException refusal = loss.refusal();
        // Who begins is to be told so, and that as a whole.
        if (parted.kept().isEmpty() || !lifecycle.everOpen()) {
            return Mono.error(refusal);
        }
        handlers.stop(parted.lost(), refusal);
        return Mono.just(openAt(parted.firstKept().orElseThrow()));
    }

    private CursorStart openAt(Position position) {
        progress.restart(position);
        return CursorStart.after(position, plan.fingerprint());
    }

    private CursorStart fromOldest(Parted parted, Loss loss) {
        BsonTimestamp oldest = Objects.requireNonNull(parted.oldest());
        lifecycle.reopen(loss.cause(), loss.event(oldest));
        Position before = Position.at(new BsonTimestamp(oldest.getValue() - 1));
        handlers.restart(parted.lost(), before, before);
        progress.restart(before);
        return CursorStart.atTime(oldest);
    }
}
