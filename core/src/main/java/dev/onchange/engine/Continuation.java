package dev.onchange.engine;

import dev.onchange.engine.plan.PlannedHandler;
import dev.onchange.engine.plan.StreamPlan;
import dev.onchange.engine.scan.Partition;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A stream that goes on while handlers join or leave it: nothing else of it is stopped, and no change waits.
 *
 * @param run the stream as it is
 * @param plan what becomes of it
 * @param joining those of its handlers that it does not feed yet
 * @param leaving the partitions of the handlers that take part no longer
 */
record Continuation(ActiveStream run, StreamPlan plan, List<PlannedHandler> joining, List<String> leaving) {

    /**
     * Empty if a stream cannot go on as another one, because that watches something else, or brings handlers changes that the
     * stream has passed.
     *
     * @param beginning the ids of the handlers that begin at the present time
     */
    static Optional<Continuation> of(ActiveStream run, StreamPlan plan, Set<String> beginning) {
        Set<String> then = ids(plan);
        Continuation wanted = new Continuation(
                run,
                plan,
                plan.handlers().stream()
                        .filter(handler -> !run.feeds(handler.spec().id()))
                        .toList(),
                run.partitionIds().stream()
                        .filter(id -> !then.contains(Partition.handlerOf(id)))
                        .toList());
        boolean possible = run.active()
                && !run.hasFailed()
                && wanted.watchesTheSame()
                && wanted.feedsThoseThatStay()
                && wanted.joining.stream()
                        .allMatch(handler -> beginning.contains(handler.spec().id()))
                && run.dispatcher().reached() != null;
        return possible ? Optional.of(wanted) : Optional.empty();
    }

    private boolean watchesTheSame() {
        return run.plan().scope().equals(plan.scope())
                && run.plan().documents().equals(plan.documents())
                && Objects.equals(run.plan().collation(), plan.collation());
    }

    private boolean feedsThoseThatStay() {
        Map<String, PlannedHandler> then = new HashMap<>();
        plan.handlers().forEach(handler -> then.put(handler.spec().id(), handler));
        return run.plan().handlers().stream().allMatch(handler -> {
            PlannedHandler same = then.get(handler.spec().id());
            return same == null
                    || same.spec().equals(handler.spec())
                            && run.feeds(handler.spec().id());
        });
    }

    /**
     * Whether the server sends what they want already, as they want it.
     *
     * @param snapshotsIfLost whether handlers are given documents when the server's history is lost: then the stream must know
     *     of each whether it can be
     */
    boolean needsNoCursor(boolean snapshotsIfLost) {
        return plan.fingerprint().equals(run.plan().fingerprint())
                && plan.comment().equals(run.plan().comment())
                && difference(run.plan(), plan).noneMatch(handler -> handler.needsLookUp(plan.documents()))
                && difference(plan, run.plan())
                        .noneMatch(handler -> handler.needsLookUp(plan.documents())
                                || snapshotsIfLost && handler.hindranceOfSnapshot() != null);
    }

    private static Stream<PlannedHandler> difference(StreamPlan of, StreamPlan without) {
        Set<String> other = ids(without);
        return of.handlers().stream()
                .filter(handler -> !other.contains(handler.spec().id()));
    }

    private static Set<String> ids(StreamPlan plan) {
        Set<String> ids = new HashSet<>();
        plan.handlers().forEach(handler -> ids.add(handler.spec().id()));
        return ids;
    }

    /** The same for those that join only. */
    StreamPlan ofJoining() {
        return new StreamPlan(
                plan.name(),
                plan.scope(),
                plan.documents(),
                plan.pipeline(),
                plan.fingerprint(),
                joining,
                plan.reason());
    }
}
