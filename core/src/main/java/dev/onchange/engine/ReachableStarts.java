package dev.onchange.engine;

import dev.onchange.OnChangeException;
import dev.onchange.checkpoint.Position;
import dev.onchange.engine.dispatch.HandlerSnapshot;
import dev.onchange.engine.plan.PlannedHandler;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.scan.HandlerSpec;
import dev.onchange.engine.scan.Partition;
import dev.onchange.engine.stream.StartCheck;
import dev.onchange.engine.stream.StreamStart;
import dev.onchange.problem.Problem;
import dev.onchange.problem.ProblemCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Sees to it that no stream is opened for a handler whose position the server's history does not hold. */
final class ReachableStarts {

    private final StartCheck check;
    private final Snapshots snapshots;

    ReachableStarts(StartCheck check, Snapshots snapshots) {
        this.check = check;
        this.snapshots = snapshots;
    }

    /**
     * Where those handlers of the streams begin instead that cannot begin where they are to, by id. Fails with an
     * {@link OnChangeException} if the answer for one of them is not to go on.
     */
    Mono<Map<String, StartPosition>> instead(Collection<StreamPlan> opening, Map<String, StartPosition> starts) {
        return Mono.defer(() -> {
            List<StartCheck.Begin> begins = new ArrayList<>();
            for (StreamPlan plan : opening) {
                List<String> ids = beginning(plan, starts);
                refuseUnreadable(plan, ids, starts);
                for (String id : ids) {
                    Position position = Objects.requireNonNull(starts.get(id)).position();
                    if (position != null) {
                        begins.add(new StartCheck.Begin(plan, id, position));
                    }
                }
            }
            return check.replacements(begins)
                    .flatMap(found -> found.isEmpty()
                            ? Mono.just(Map.of())
                            : beginSnapshots(opening, found).thenReturn(handlerStarts(found)));
        });
    }

    private static List<String> beginning(StreamPlan plan, Map<String, StartPosition> starts) {
        List<String> ids = new ArrayList<>();
        for (PlannedHandler handler : plan.handlers()) {
            for (Partition partition : handler.spec().partitions()) {
                if (starts.containsKey(partition.id())) {
                    ids.add(partition.id());
                }
            }
        }
        return ids;
    }

    /** Only the server can read a token without a time: the stream can begin after it if all its handlers begin there. */
    private static void refuseUnreadable(StreamPlan plan, List<String> ids, Map<String, StartPosition> starts) {
        List<Problem> problems = new ArrayList<>();
        for (String id : ids) {
            if (starts.get(id) instanceof StartPosition.Given given && unreadable(given.position())) {
                problems.add(unreadable(id + " on stream " + plan.name()));
            }
        }
        if (!problems.isEmpty() && ids.stream().map(starts::get).distinct().count() > 1) {
            throw new OnChangeException(problems);
        }
    }

    /** Whether a position was made of a token whose time cannot be read. */
    static boolean unreadable(Position position) {
        return position.clusterTime().getTime() == 0;
    }

    static Problem unreadable(String where) {
        return new Problem(
                ProblemCode.RESUME_TOKEN_REFUSED,
                "Handler " + where,
                "It is to begin after a resume token that holds no time, so that it cannot be told which changes come"
                        + " after it.",
                "Give a token whole as it came with a change, or a time.");
    }

    private Mono<Void> beginSnapshots(
            Collection<StreamPlan> opening, Map<String, StartCheck.Replacement> replacements) {
        return Flux.fromIterable(opening)
                .flatMapIterable(StreamPlan::handlers)
                .map(PlannedHandler::spec)
                .concatMap(spec -> Flux.fromIterable(spec.partitions())
                        .map(Partition::id)
                        .filter(replacements::containsKey)
                        .concatMap(id -> beginSnapshot(spec, id, Objects.requireNonNull(replacements.get(id)))))
                .then();
    }

    private Mono<HandlerSnapshot> beginSnapshot(HandlerSpec spec, String id, StartCheck.Replacement replacement) {
        return replacement.snapshot() && replacement.start() instanceof StreamStart.After after
                ? snapshots.afterMissedChanges(spec, id, after.position())
                : Mono.empty();
    }

    private static Map<String, StartPosition> handlerStarts(Map<String, StartCheck.Replacement> replacements) {
        Map<String, StartPosition> starts = new HashMap<>();
        replacements.forEach((id, replacement) -> starts.put(
                id,
                replacement.start() instanceof StreamStart.After after
                        ? new StartPosition.After(after.position())
                        : new StartPosition.Earliest()));
        return starts;
    }
}
