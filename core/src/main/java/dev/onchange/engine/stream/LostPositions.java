package dev.onchange.engine.stream;

import dev.onchange.HistoryLost;
import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.scan.Partition;
import dev.onchange.engine.stream.StreamHandlers.Start;
import dev.onchange.status.ListenerEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
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
    private record Concerned(
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
                    Concerned concerned = concerned(position, oldest.orElse(null));
                    return proceed(answer, concerned, new Loss() {
                        @Override
                        public ListenerEvent event(List<String> ids, @Nullable BsonTimestamp to, HistoryLost answer) {
                            return new ListenerEvent.HistoryLost(plan.name(), ids, position.clusterTime(), to, answer);
                        }

                        @Override
                        public OnChangeException refusal(List<String> ids) {
                            return errors.historyLost(cause, ids, position.clusterTime(), concerned.oldest());
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
            Concerned concerned = concerned(position, first.orElse(null));
            return proceed(answer, concerned, new Loss() {
                @Override
                public ListenerEvent event(List<String> ids, @Nullable BsonTimestamp to, HistoryLost answer) {
                    return new ListenerEvent.PositionForeign(plan.name(), ids, position, to, answer);
                }

                @Override
                public OnChangeException refusal(List<String> ids) {
                    return errors.foreign(cause, ids, position);
                }

                @Override
                public Throwable cause() {
                    return cause;
                }
            });
        });
    }

    /** How a lost position of handlers is reported. */
    private interface Loss {

        ListenerEvent event(List<String> ids, @Nullable BsonTimestamp to, HistoryLost answer);

        OnChangeException refusal(List<String> ids);

        Throwable cause();
    }

    private Concerned concerned(Position position, @Nullable BsonTimestamp oldest) {
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
        return new Concerned(lost, kept, oldest);
    }

    private Mono<CursorStart> proceed(HistoryLost answer, Concerned concerned, Loss loss) {
        return switch (answer) {
            case STOP -> stop(concerned, loss, null);
            case RESTART_NOW ->
                streams.oplog().now().map(now -> {
                    lifecycle.reopen(loss.cause(), loss.event(concerned.lost(), now, answer));
                    Position at = Position.at(now);
                    Position cursorStart = concerned.firstKept().orElse(at);
                    handlers.restart(concerned.lost(), at, cursorStart);
                    return openAt(cursorStart);
                });
            case RESTART_EARLIEST -> Mono.fromSupplier(() -> fromOldest(concerned, loss));
            case SNAPSHOT -> withSnapshots(concerned, loss);
        };
    }

    private Mono<CursorStart> stop(Concerned concerned, Loss loss, @Nullable String hindrance) {
        lifecycle.reopen(loss.cause(), loss.event(concerned.lost(), concerned.oldest(), HistoryLost.STOP));
        OnChangeException refusal = refusal(concerned.lost(), loss, hindrance);
        // A stream that was never open fails as a whole: its handlers are being started.
        if (concerned.kept().isEmpty() || !lifecycle.everOpen()) {
            return Mono.error(refusal);
        }
        handlers.stop(concerned.lost(), refusal);
        return Mono.just(openAt(concerned.firstKept().orElseThrow()));
    }

    private static OnChangeException refusal(List<String> ids, Loss loss, @Nullable String hindrance) {
        OnChangeException refusal = loss.refusal(ids);
        return hindrance == null
                ? refusal
                : new OnChangeException(
                        refusal.problems().stream()
                                .map(problem -> StreamErrors.withoutSnapshot(problem, hindrance))
                                .toList(),
                        loss.cause());
    }

    private Mono<CursorStart> withSnapshots(Concerned concerned, Loss loss) {
        Map<String, String> hindrances = new LinkedHashMap<>();
        plan.handlers().forEach(handler -> {
            String hindrance = handler.hindranceOfSnapshot();
            if (hindrance != null) {
                hindrances.put(handler.spec().id(), hindrance);
            }
        });
        Map<Boolean, List<String>> able = concerned.lost().stream()
                .collect(Collectors.partitioningBy(id -> !hindrances.containsKey(Partition.handlerOf(id))));
        List<String> unable = Objects.requireNonNull(able.get(false));
        List<String> begin = Objects.requireNonNull(able.get(true));
        if (begin.isEmpty() || !unable.isEmpty() && !lifecycle.everOpen()) {
            return stop(
                    concerned, loss, hindrances.values().stream().findFirst().orElse(null));
        }
        return streams.oplog().now().flatMap(now -> {
            if (!unable.isEmpty()) {
                lifecycle.reopen(loss.cause(), loss.event(unable, concerned.oldest(), HistoryLost.STOP));
                unable.forEach(id -> handlers.stop(
                        List.of(id), refusal(List.of(id), loss, hindrances.get(Partition.handlerOf(id)))));
            }
            lifecycle.reopen(loss.cause(), loss.event(begin, now, HistoryLost.SNAPSHOT));
            Position at = Position.at(now);
            Position cursorStart = concerned.firstKept().orElse(at);
            return handlers.restartWithSnapshots(begin, at, cursorStart)
                    .then(Mono.fromSupplier(() -> openAt(cursorStart)));
        });
    }

    private CursorStart openAt(Position position) {
        progress.restart(position);
        return CursorStart.after(position, plan.fingerprint());
    }

    private CursorStart fromOldest(Concerned concerned, Loss loss) {
        BsonTimestamp oldest = Objects.requireNonNull(concerned.oldest());
        lifecycle.reopen(loss.cause(), loss.event(concerned.lost(), oldest, HistoryLost.RESTART_EARLIEST));
        Position before = Position.at(new BsonTimestamp(oldest.getValue() - 1));
        handlers.restart(concerned.lost(), before, before);
        progress.restart(before);
        return CursorStart.atTime(oldest);
    }
}
