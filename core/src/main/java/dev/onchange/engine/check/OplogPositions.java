package dev.onchange.engine.check;

import dev.onchange.checkpoint.Position;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.plan.StreamPlans;
import dev.onchange.problem.ProblemCode;
import dev.onchange.status.Check;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Whether the oplog still holds the positions from which handlers will go on, and for how long. */
final class OplogPositions {

    /** A server that takes longer is searching the oplog for an event: then the oplog holds the beginning. */
    private static final long PROBE_MILLIS = 2_000;

    private static final BsonDocument FIRST_ENTRY = BsonDocument.parse(
            "{find: 'oplog.rs', sort: {$natural: 1}, projection: {ts: 1}, limit: 1, singleBatch: true}");

    /** A time that a user gave may be a little ahead of a server without writes. */
    private static final long TOLERATED_SECONDS = 10;

    private static final int MAX_TIME_EXPIRED = 50;
    private static final int HISTORY_LOST = 286;
    private static final int POSITION_LOST = 136;

    /** Of the oplog's window; a position with less of it left may be lost while the listeners are stopped. */
    private static final double SCARCE = 0.25;

    private static final String ENLARGE =
            "Enlarge the oplog (replSetResizeOplog) so that it outlasts any stop of the listeners.";

    private final ServerQuestions server;
    private final StreamOpening opening;

    OplogPositions(ServerQuestions server) {
        this.server = server;
        this.opening = new StreamOpening(server);
    }

    Mono<List<Check>> check(ServerFacts facts, StreamPlans plan, Map<String, Position> positions) {
        List<Kept> kept = kept(plan, positions);
        if (kept.isEmpty()) {
            return Mono.just(List.of());
        }
        BsonTimestamp now = facts.operationTime();
        List<Check> future = kept.stream()
                .filter(one -> now.getTime() != 0 && one.seconds() > seconds(now) + TOLERATED_SECONDS)
                .map(one -> future(one, now))
                .toList();
        if (!future.isEmpty()) {
            return Mono.just(future);
        }
        return oldestEntry(facts)
                .flatMap(oldest -> oldest.map(first -> Mono.just(byWindow(kept, first, now)))
                        .orElseGet(() -> byProbe(kept)));
    }

    /** Empty where it may not be read; a router has no oplog of its own. */
    private Mono<Optional<BsonTimestamp>> oldestEntry(ServerFacts facts) {
        if (facts.isRouter() || facts.oldestEntry().isPresent()) {
            return Mono.just(facts.oldestEntry());
        }
        return server.ask("local", FIRST_ENTRY)
                .map(answer -> answer.map(reply -> reply.getDocument("cursor").getArray("firstBatch").stream()
                        .map(entry -> entry.asDocument().getTimestamp("ts"))
                        .findFirst()
                        .orElse(null)));
    }

    private static List<Check> byWindow(List<Kept> kept, BsonTimestamp oldest, BsonTimestamp now) {
        List<Check> checks = new ArrayList<>();
        for (Kept one : kept) {
            if (one.time().compareTo(oldest) < 0) {
                checks.add(lost(
                        one,
                        "the changes between " + at(one.time()) + " and " + at(oldest)
                                + ", where the oplog begins, are lost"));
            } else if (one.time().getTime() - oldest.getTime() < SCARCE * (now.getTime() - oldest.getTime())
                    && now.getTime() - one.time().getTime() > 0) {
                checks.add(Check.warning(
                        one.name(),
                        "It is " + age(one.time(), now) + " old, and the oplog reaches back only " + age(oldest, now)
                                + ".",
                        ENLARGE));
            }
        }
        if (checks.isEmpty()) {
            BsonTimestamp first = kept.get(0).time();
            checks.add(Check.ok(
                    "positions",
                    kept.size() + " kept, the oldest " + age(first, now) + " old; the oplog reaches back "
                            + age(oldest, now) + "."));
        }
        return checks;
    }

    /**
     * Where the oplog may not be read, a stream is opened at each position, the oldest first, until the server holds
     * one.
     */
    private Mono<List<Check>> byProbe(List<Kept> kept) {
        return Flux.fromIterable(kept)
                .concatMap(
                        one -> opening.attempt(StreamCommand.from(one.stream().scope(), one.time(), PROBE_MILLIS))
                                .map(answer -> judge(one, answer)))
                .takeUntil(check -> check.result() != Check.Result.FAILURE)
                .collectList();
    }

    private static Check judge(Kept one, Answer answer) {
        if (answer instanceof Answer.Failed failed) {
            return switch (failed.code()) {
                case HISTORY_LOST, POSITION_LOST -> lost(one, "the server says: " + failed.why());
                case MAX_TIME_EXPIRED -> Check.ok(one.name(), "The oplog still holds it.");
                default -> unknown(one, answer);
            };
        }
        return answer instanceof Answer.Given
                ? Check.ok(one.name(), "The oplog still holds it.")
                : unknown(one, answer);
    }

    private static Check unknown(Kept one, Answer answer) {
        return Check.unknown(
                one.name(), "Whether the oplog still holds it is not told: " + answer.why() + ".", answer.todo());
    }

    private static Check lost(Kept one, String why) {
        return Check.failure(
                        one.name(),
                        "The oplog no longer holds what followed it: " + why + ".",
                        "Decide where the handler goes on: rewind it, or set what follows lost history. " + ENLARGE)
                .under(ProblemCode.HISTORY_LOST);
    }

    private static Check future(Kept one, BsonTimestamp now) {
        return Check.failure(
                        one.name(),
                        "It is at " + at(one.time()) + ", later than the server's present time, " + at(now)
                                + ": it comes from another deployment.",
                        "Rewind the handler, or set what follows a foreign position.")
                .under(ProblemCode.POSITION_FOREIGN);
    }

    private static long seconds(BsonTimestamp time) {
        return Integer.toUnsignedLong(time.getTime());
    }

    private static String at(BsonTimestamp time) {
        return Instant.ofEpochSecond(Integer.toUnsignedLong(time.getTime())) + "/" + time.getInc();
    }

    private static String age(BsonTimestamp time, BsonTimestamp now) {
        Duration age = Duration.ofSeconds(Math.max(0, now.getTime() - time.getTime()));
        return age.toDays() > 0
                ? age.toDays() + " d " + age.toHoursPart() + " h"
                : age.toHours() > 0
                        ? age.toHours() + " h " + age.toMinutesPart() + " min"
                        : age.toMinutes() > 0 ? age.toMinutes() + " min" : age.toSeconds() + " s";
    }

    /** The positions that have a time, oldest first. */
    private static List<Kept> kept(StreamPlans plan, Map<String, Position> positions) {
        List<Kept> kept = new ArrayList<>();
        for (StreamPlan stream : plan.streams()) {
            stream.handlers().forEach(handler -> {
                Position position = positions.get(handler.spec().id());
                if (position != null && position.clusterTime().getTime() > 0) {
                    kept.add(new Kept(handler.spec().id(), stream, position.clusterTime()));
                }
            });
        }
        kept.sort(Comparator.comparing(Kept::time));
        return kept;
    }

    /** A handler's position on its stream. */
    private record Kept(String handler, StreamPlan stream, BsonTimestamp time) {

        long seconds() {
            return OplogPositions.seconds(time);
        }

        String name() {
            return "position of " + handler;
        }
    }
}
