package dev.onchange.engine.stream;

import dev.onchange.HistoryLost;
import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.message.ServerErrors;
import dev.onchange.engine.plan.PlannedHandler;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.scan.Partition;
import dev.onchange.problem.Problem;
import dev.onchange.status.ListenerEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.bson.BsonTimestamp;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Checks, before any stream is opened or closed, whether the server's history holds the positions after which handlers
 * are to begin. A stream begins at the earliest of its handlers' positions: one that is lost, or that is none of this
 * deployment's, must not move its other handlers.
 */
public final class StartCheck {

    /** Positions restored from another deployment are foreign all together: a few of them show it. */
    private static final int MOST_ASKED = 50;

    private final ChangeStreams streams;

    StartCheck(ChangeStreams streams) {
        this.streams = streams;
    }

    /**
     * A handler that is to begin.
     *
     * @param stream that is to feed it
     * @param handlerId its id
     * @param position after which it is to begin
     */
    public record Begin(StreamPlan stream, String handlerId, Position position) {

        private BsonTimestamp time() {
            return position.clusterTime();
        }

        private @Nullable String hindranceOfSnapshot() {
            return stream.handlers().stream()
                    .filter(handler -> handler.spec().id().equals(Partition.handlerOf(handlerId)))
                    .findFirst()
                    .map(PlannedHandler::hindranceOfSnapshot)
                    .orElse(null);
        }
    }

    /**
     * Where a handler begins instead.
     *
     * @param start after which changes
     * @param snapshot whether it is given the documents that exist before them
     */
    public record Replacement(StreamStart start, boolean snapshot) {}

    /**
     * The starts that replace lost or foreign positions, by handler id; each was published as an event. Fails with an
     * {@link OnChangeException} that names the handlers whose setting is to stop.
     */
    public Mono<Map<String, Replacement>> replacements(List<Begin> begins) {
        List<Begin> timed = new ArrayList<>();
        for (Begin begin : begins) {
            if (begin.time().getTime() != 0) {
                timed.add(begin);
            }
        }
        if (timed.isEmpty()) {
            return Mono.just(Map.of());
        }
        return ask(timed)
                // The streams wait for the server themselves, and check the same when they are opened.
                .onErrorResume(ServerErrors::isTransient, away -> Mono.just(Map.of()));
    }

    private Mono<Map<String, Replacement>> ask(List<Begin> timed) {
        return Mono.zip(streams.oplog().present(), unknownTimes(timed)).flatMap(asked -> {
            ServerTime present = asked.getT1();
            List<Begin> foreign = new ArrayList<>();
            List<Begin> others = new ArrayList<>();
            Begin first = null;
            for (Begin begin : timed) {
                if (present.isBefore(begin.position())
                        || isOfChange(begin) && asked.getT2().contains(begin.time())) {
                    foreign.add(begin);
                } else {
                    others.add(begin);
                    first = first == null || begin.time().compareTo(first.time()) < 0 ? begin : first;
                }
            }
            Mono<Map<String, Replacement>> allHeld =
                    Mono.fromSupplier(() -> replacementsOrFail(present, foreign, List.of(), null));
            return first == null
                    ? allHeld
                    : ofLost(present, foreign, others, first).switchIfEmpty(allHeld);
        });
    }

    /** Empty if the history holds all positions. */
    private Mono<Map<String, Replacement>> ofLost(
            ServerTime present, List<Begin> foreign, List<Begin> others, Begin first) {
        return streams.oldestIfLater(first.stream(), first.time())
                .map(oldest -> replacementsOrFail(present, foreign, lost(others, first, oldest), oldest));
    }

    /** Whether the server's history reaches back to the position. */
    public Mono<Boolean> holds(StreamPlan stream, Position position) {
        return streams.oldestIfLater(stream, position.clusterTime())
                .hasElement()
                .map(later -> !later);
    }

    /** The times of changes of which the oplog, where it may be read, has no entry. */
    private Mono<Set<BsonTimestamp>> unknownTimes(List<Begin> begins) {
        Set<BsonTimestamp> times = new LinkedHashSet<>();
        for (Begin begin : begins) {
            if (times.size() < MOST_ASKED && isOfChange(begin)) {
                times.add(begin.time());
            }
        }
        if (times.isEmpty()) {
            return Mono.just(Set.of());
        }
        return Flux.fromIterable(times).filterWhen(streams.oplog()::lacks).collect(Collectors.toSet());
    }

    private static boolean isOfChange(Begin begin) {
        return ResumeTokens.isOfChange(begin.position().token());
    }

    /** Fails with an {@link OnChangeException} if the position is later than the server's present time. */
    public Mono<Void> refuseLater(String handlerId, Position position) {
        return streams.oplog()
                .present()
                .filter(present -> present.isBefore(position))
                .flatMap(present -> Mono.error(
                        new OnChangeException(List.of(StreamErrors.future(handlerId, position, present.time())))));
    }

    private static List<Begin> lost(List<Begin> begins, Begin first, BsonTimestamp oldest) {
        return begins.stream()
                .filter(begin ->
                        begin.time().equals(first.time()) || begin.time().compareTo(oldest) < 0)
                .toList();
    }

    private Map<String, Replacement> replacementsOrFail(
            ServerTime present, List<Begin> foreign, List<Begin> lost, @Nullable BsonTimestamp oldest) {
        HistoryLost ofForeign = streams.settings().foreignPosition();
        HistoryLost ofLost = streams.settings().historyLost();
        List<Problem> problems = new ArrayList<>();
        foreign.forEach(begin -> refuse(begin, ofForeign, () -> foreign(begin, present), problems));
        lost.forEach(begin ->
                refuse(begin, ofLost, () -> StreamErrors.lost(handler(begin), begin.time(), oldest), problems));
        if (!problems.isEmpty()) {
            throw new OnChangeException(problems);
        }
        Map<String, Replacement> replacements = new HashMap<>();
        byPosition(foreign).forEach((first, ids) -> {
            BsonTimestamp to = ofForeign == HistoryLost.RESTART_EARLIEST ? null : present.time();
            streams.publish(
                    new ListenerEvent.PositionForeign(first.stream().name(), ids, first.position(), to, ofForeign));
            ids.forEach(id -> replacements.put(id, start(ofForeign, present)));
        });
        byPosition(lost).forEach((first, ids) -> {
            BsonTimestamp to = ofLost == HistoryLost.RESTART_EARLIEST ? oldest : present.time();
            streams.publish(new ListenerEvent.HistoryLost(first.stream().name(), ids, first.time(), to, ofLost));
            ids.forEach(id -> replacements.put(id, start(ofLost, present)));
        });
        return replacements;
    }

    private static void refuse(Begin begin, HistoryLost answer, Supplier<Problem> problem, List<Problem> problems) {
        if (answer == HistoryLost.STOP) {
            problems.add(problem.get());
        } else if (answer == HistoryLost.SNAPSHOT) {
            String hindrance = begin.hindranceOfSnapshot();
            if (hindrance != null) {
                problems.add(StreamErrors.withoutSnapshot(problem.get(), hindrance));
            }
        }
    }

    private static Problem foreign(Begin begin, ServerTime present) {
        return present.isBefore(begin.position())
                ? StreamErrors.future(begin.handlerId(), begin.position(), present.time())
                : StreamErrors.unknown(handler(begin), begin.position());
    }

    private static String handler(Begin begin) {
        return "Handler " + begin.handlerId();
    }

    private static Replacement start(HistoryLost answer, ServerTime present) {
        return new Replacement(
                answer == HistoryLost.RESTART_EARLIEST
                        ? new StreamStart.Earliest()
                        : new StreamStart.After(Position.at(present.time())),
                answer == HistoryLost.SNAPSHOT);
    }

    /** Ids of the handlers of one stream at one position. */
    private static Map<Begin, List<String>> byPosition(List<Begin> begins) {
        Map<List<Object>, List<Begin>> groups = new LinkedHashMap<>();
        begins.forEach(begin -> groups.computeIfAbsent(
                        List.of(begin.stream().name(), begin.position()), any -> new ArrayList<>())
                .add(begin));
        Map<Begin, List<String>> byPosition = new LinkedHashMap<>();
        groups.values()
                .forEach(group -> byPosition.put(
                        group.get(0), group.stream().map(Begin::handlerId).toList()));
        return byPosition;
    }
}
